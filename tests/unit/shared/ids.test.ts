import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatJoinCode, isRoomId, newPollId, newRoomId, parseJoinCode } from "../../../shared/ids.ts";

/** A code as a person may type it: any case, dashes and spaces anywhere, the letters that look like digits. */
const asTyped = (code: string) =>
  fc
    .tuple(...[...code].map((each) => fc.constantFrom(...lookalikes(each))))
    .chain((letters) =>
      fc
        .array(fc.constantFrom("", "-", " "), { minLength: letters.length, maxLength: letters.length })
        .map((gaps) => letters.map((letter, at) => letter + gaps[at]).join("")),
    );

function lookalikes(letter: string): string[] {
  const more: Readonly<Record<string, string[]>> = { "1": ["I", "l", "i", "L"], "0": ["O", "o"] };
  return [letter, letter.toLowerCase(), ...(more[letter] ?? [])];
}

for (const newId of [newPollId, newRoomId]) {
  test(`[U4][Q20] a code of ${newId.name} is read however it is typed, and is canonical afterwards`, () => {
    const typed = fc
      .constant(null)
      .map((): string => newId())
      .chain((code) => asTyped(code).map((text) => ({ code, text })));
    fc.assert(fc.property(typed, ({ code, text }) => parseJoinCode(text) === code));
  });
}

test("[Q20] the length tells a room's code from a poll's", () => {
  expect([newRoomId(), newPollId()].map(isRoomId)).toEqual([true, false]);
});

test("[Q20] a code is shown in two halves, and reads as itself", () => {
  expect([formatJoinCode("ABCD1234"), formatJoinCode("ABC123")]).toEqual(["ABCD-1234", "ABC-123"]);
});

test("[U4] what has another length, a letter of no code or no end is none", () => {
  const nothing = ["", "ABC12", "ABC1234", "ABCD12345", "ABCD123U", "ÄBC123", "A".repeat(10_000)];
  expect(nothing.map(parseJoinCode)).toEqual(nothing.map(() => null));
});
