/** What the schemas of `messages.ts` are made of. */
import { z } from "zod";
import { type JoinCode, parsePollId, parseRoomId } from "./ids.ts";

export const safeInteger = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const count = z.int().min(0);

/**
 * zod asks everything for its `length` and compares it, before it knows whether that is text or a list at all. What
 * `{"length":{"toString":1,"valueOf":1}}` answers cannot be compared: zod throws, and one such frame ended a node.
 */
export const sized = (error?: string) => ({
  ...(error !== undefined && { error }),
  when: ({ value }: { readonly value: unknown }) => typeof value === "string" || Array.isArray(value),
});

/** A join code as a person types it; comes out canonical. */
const codeInput = <Code extends JoinCode>(parse: (input: string) => Code | null, message: string) =>
  z
    .string()
    .max(64, sized())
    .transform((input, context) => {
      const code = parse(input);
      if (code) return code;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    });
export const pollIdInput = codeInput(
  parsePollId,
  "is not a join code; it has 8 letters and digits, like ABCD-1234",
);
export const roomIdInput = codeInput(
  parseRoomId,
  "is not a room's code; it has 6 letters and digits, like ABC-123",
);

/** One line of text as a person writes it. Lone surrogates cannot be stored or sent as UTF-8; control characters have no place in a line of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1, sized("must not be empty"))
    .max(max, sized(`must have at most ${max} characters`))
    .refine(
      (text) => text.isWellFormed() && !CONTROL.test(text),
      "must be plain text without control characters",
    );
