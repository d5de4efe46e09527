/** The one place where untrusted frames end: what comes out is a true `ClientMessage` or a refusal. */

import type { z } from "zod";
import { type ClientMessage, clientMessage } from "./messages.ts";
import { type FieldError, isRefusal, type Refusal, refuse } from "./refusals.ts";

const TYPES = clientMessage.options.map((option) => option.shape.type.value);

export interface Decoded {
  /** The message, or why it is not one. */
  readonly outcome: ClientMessage | Refusal;
  /** The client's frame id, when one could be read even from a bad frame. */
  readonly id: string | undefined;
}

export function decodeClientMessage(frame: string | Uint8Array): Decoded {
  if (typeof frame !== "string") {
    return { outcome: refuse("BAD_MESSAGE", "Frames are JSON text; this one is binary."), id: undefined };
  }
  const parsed = parseJson(frame);
  if (isRefusal(parsed)) return { outcome: parsed, id: undefined };
  const value = parsed.value as { type?: unknown; id?: unknown } | null;
  const id = typeof value?.id === "string" && value.id.length <= 64 ? value.id : undefined;
  if (!TYPES.includes(value?.type as ClientMessage["type"])) {
    return { outcome: refuse("BAD_MESSAGE", `Unknown type; this server knows ${TYPES.join(", ")}.`), id };
  }
  const result = clientMessage.safeParse(value);
  return { outcome: result.success ? result.data : refuseInvalid(result.error), id };
}

/** JSON text → value, or a refusal. Wrapped, because `null` and `{ code, message }` are values too. */
export function parseJson(text: string): { value: unknown } | Refusal {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return refuse("BAD_MESSAGE", "This is not JSON.");
  }
}

/** What a schema found wrong, as a refusal that names each field. */
export function refuseInvalid(error: z.ZodError): Refusal {
  const errors: FieldError[] = error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  const first = errors[0];
  const where = first?.path ? `${first.path}: ` : "";
  return refuse("BAD_MESSAGE", `Bad data. ${where}${first?.message ?? "It does not fit the schema."}`, {
    errors,
  });
}
