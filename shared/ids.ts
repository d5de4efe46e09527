/** The words that name things on the wire, as types that plain strings cannot be mistaken for. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Join code: 8 characters of Crockford base32, upper case, no dash. */
export type PollId = Branded<"PollId">;
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
const CODE_LENGTH = 8;
const CODE = new RegExp(`^[${ALPHABET}]{${CODE_LENGTH}}$`);

/** A fresh random join code: 40 bits, so a guess hits one of a million live polls once in a million tries. */
export function newPollId(): PollId {
  const bytes = crypto.getRandomValues(new Uint8Array(CODE_LENGTH));
  return Array.from(bytes, (byte) => ALPHABET[byte & 31]).join("") as PollId;
}

/**
 * Reads a join code as a person types it: any case, with or without dashes and spaces,
 * I and L as 1, O as 0. `null` if it cannot be one.
 */
export function parsePollId(input: string): PollId | null {
  if (input.length > 64) return null;
  const code = input.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");
  return CODE.test(code) ? (code as PollId) : null;
}

/** `ABCD1234` → `ABCD-1234`, the form shown to people. */
export function formatPollId(pollId: string): string {
  return `${pollId.slice(0, 4)}-${pollId.slice(4)}`;
}

/** The id of the option at `index` (0-based). */
export function optionIdAt(index: number): OptionId {
  return `opt-${index + 1}` as OptionId;
}
