/** The words that name things on the wire, as types that plain strings cannot be mistaken for. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Join code: 8 characters of Crockford base32, upper case, no dash. */
export type PollId = Branded<"PollId">;
/** Join code of a room: 6 characters of the same alphabet, so that its length tells it from a poll's. */
export type RoomId = Branded<"RoomId">;
/** What people type or scan: a poll's code or a room's. */
export type JoinCode = PollId | RoomId;
/** `opt-1` … `opt-20`, given by the server in the order of the options. */
export type OptionId = Branded<"OptionId">;
/** Random id of one browser; lives only in its signed cookie and in the stores. */
export type VoterId = Branded<"VoterId">;
/** A host's account. */
export type AccountId = Branded<"AccountId">;
/** SHA-256, hex, of what the session cookie holds: the only thing that stores and lists know of it. */
export type SessionId = Branded<"SessionId">;

/** Crockford base32: no I, L, O, U, so that a code read aloud or off a wall is not misheard. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE = new RegExp(`^[${ALPHABET}]*$`);
const POLL_CODE_LENGTH = 8;
const ROOM_CODE_LENGTH = 6;

/** A fresh random join code: 40 bits, so a guess hits one of a million live polls once in a million tries. */
export function newPollId(): PollId {
  return newCode(POLL_CODE_LENGTH) as PollId;
}

/** A fresh random room code: 30 bits. Shorter, because it stays on the wall and is what people type. */
export function newRoomId(): RoomId {
  return newCode(ROOM_CODE_LENGTH) as RoomId;
}

function newCode(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => ALPHABET[byte & 31]).join("");
}

/**
 * Reads a join code as a person types it: any case, with or without dashes and spaces,
 * I and L as 1, O as 0. `null` if it cannot be one.
 */
export function parseJoinCode(input: string): JoinCode | null {
  return parsePollId(input) ?? parseRoomId(input);
}

/** The same for a poll's code alone. */
export function parsePollId(input: string): PollId | null {
  return parseCode(input, POLL_CODE_LENGTH) as PollId | null;
}

/** The same for a room's code alone. */
export function parseRoomId(input: string): RoomId | null {
  return parseCode(input, ROOM_CODE_LENGTH) as RoomId | null;
}

function parseCode(input: string, length: number): string | null {
  if (input.length > 64) return null;
  const code = input.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");
  return code.length === length && CODE.test(code) ? code : null;
}

/** Which of the two a canonical code is. */
export function isRoomId(code: string): code is RoomId {
  return code.length === ROOM_CODE_LENGTH;
}

/** `ABCD1234` → `ABCD-1234`, `ABC123` → `ABC-123`: the form shown to people. */
export function formatJoinCode(code: string): string {
  const middle = code.length / 2;
  return `${code.slice(0, middle)}-${code.slice(middle)}`;
}

/** The id of the option at `index` (0-based). */
export function optionIdAt(index: number): OptionId {
  return `opt-${index + 1}` as OptionId;
}
