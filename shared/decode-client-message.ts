/** The one place where untrusted frames end: what comes out is a true `ClientMessage` or a refusal. */

import type { z } from "zod";
import { parsePollId } from "./ids.ts";
import { MAX_FRAME_ID_LENGTH, MAX_OPTIONS } from "./limits.ts";
import { type ClientMessage, clientMessage } from "./messages.ts";
import { type FieldError, isRefusal, type Refusal, refuse } from "./refusals.ts";

const TYPES = clientMessage.options.map((option) => option.shape.type.value);

type Frame = { readonly [field in "type" | "data" | "id"]?: unknown };

/** `opt-1` and so on. The schema takes any other text too; whether the poll has the option is asked later. */
const PLAIN_OPTION = /^opt-\d{1,2}$/;

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
  const value = parsed.value as Frame | null;
  const id = isFrameId(value?.id) ? value.id : undefined;
  if (!TYPES.includes(value?.type as ClientMessage["type"])) {
    return { outcome: refuse("BAD_MESSAGE", `Unknown type; this server knows ${TYPES.join(", ")}.`), id };
  }
  const plain = value?.id === id ? plainBallot(value) : null;
  if (plain) return { outcome: plain, id };
  return { outcome: readBySchema(value), id };
}

/** Counted in code points, as the schema does. */
function isFrameId(id: unknown): id is string {
  return typeof id === "string" && [...id].length <= MAX_FRAME_ID_LENGTH;
}

function readBySchema(value: unknown): ClientMessage | Refusal {
  try {
    const result = clientMessage.safeParse(value);
    return result.success ? result.data : refuseInvalid(result.error);
  } catch {
    // A schema that throws is a bug, but none that a frame may end the node with.
    return refuse("BAD_MESSAGE", "Bad data. It does not fit the schema.");
  }
}

/**
 * The ballot as our own browser sends it, without the schema, which took two thirds of the time of decoding what is
 * nearly every frame of a busy node. Whatever is the least bit different is `null` here, and the schema's to judge; the
 * id has been looked at. A test holds this to the schema.
 */
function plainBallot(frame: Frame | null): ClientMessage | null {
  if (frame?.type !== "CAST_VOTE" || typeof frame.data !== "object" || frame.data === null) return null;
  const { pollId, optionId, optionIds, revision } = frame.data as Readonly<Record<string, unknown>>;
  if (typeof pollId !== "string" || optionId !== undefined || !isPlainChoice(optionIds)) return null;
  if (typeof revision !== "number" || !Number.isSafeInteger(revision) || revision < 0) return null;
  const code = parsePollId(pollId);
  if (!code) return null;
  const ballot = { type: frame.type, data: { pollId: code, optionIds, revision } } as const;
  return typeof frame.id === "string" ? { ...ballot, id: frame.id } : ballot;
}

function isPlainChoice(optionIds: unknown): optionIds is string[] {
  if (!Array.isArray(optionIds) || optionIds.length === 0 || optionIds.length > MAX_OPTIONS) return false;
  return optionIds.every((optionId) => typeof optionId === "string" && PLAIN_OPTION.test(optionId));
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
