/** Every way the product says no. A refusal is a value that travels; an exception is a bug or an outage. */

/** Refusal code → HTTP status. The closed union of codes is the keys of this table. */
export const REFUSAL_STATUS = {
  BAD_MESSAGE: 400,
  NO_VOTER: 401,
  NOT_ALLOWED: 403,
  BAD_ORIGIN: 403,
  POLL_NOT_FOUND: 404,
  ROOM_NOT_FOUND: 404,
  ALREADY_VOTED: 409,
  CONFLICT: 409,
  POLL_NOT_OPEN: 409,
  POLL_CLOSED: 410,
  TOO_LARGE: 413,
  UNKNOWN_OPTION: 422,
  TOO_MANY_OPTIONS: 422,
  NOT_SUPPORTED: 422,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
} as const;

export type RefusalCode = keyof typeof REFUSAL_STATUS;

export interface FieldError {
  /** Dotted path into the data, `options.2.label`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence for a person: what was wrong and what would be right. */
  readonly message: string;
  readonly pollId?: string;
  readonly roomId?: string;
  /** The choice that stands, where the refusal is about a second one. */
  readonly yourVote?: readonly string[];
  readonly retryAfterMs?: number;
  /** What stands, where the refusal is about writing over something older. */
  readonly version?: number;
  readonly errors?: readonly FieldError[];
}

/** Makes a refusal. */
export function refuse(
  code: RefusalCode,
  message: string,
  more: Omit<Refusal, "code" | "message"> = {},
): Refusal {
  return { code, message, ...more };
}

export function isRefusal(value: object): value is Refusal {
  return "code" in value && "message" in value;
}

/** WebSocket close codes of the protocol. */
export const CLOSE = {
  DRAIN: 1001,
  FRAME_TOO_LARGE: 1009,
  SESSION_ENDED: 4001,
  UNKNOWN_PROTOCOL: 4002,
  FLOOD: 4008,
  TOO_SLOW: 4009,
} as const;
