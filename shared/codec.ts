/** Frames in and out. No schema library here: the browser carries this file. */
import type { ClientFrame, ServerMessage } from "./messages.ts";

/** JSON text of one frame. */
export function encode(message: ServerMessage | ClientFrame): string {
  return JSON.stringify(message);
}

/**
 * Reads a frame from the server this page came from: trusted for its shape, not for being whole.
 * `null` for what is not a frame; the caller ignores that, as it ignores types it does not know.
 */
export function decodeServerMessage(text: unknown): ServerMessage | null {
  if (typeof text !== "string") return null;
  try {
    const frame = JSON.parse(text);
    const whole = typeof frame?.type === "string" && typeof frame.data === "object" && frame.data !== null;
    return whole ? frame : null;
  } catch {
    return null;
  }
}
