import { expect, test } from "bun:test";
import * as en from "../../../client/texts/en.ts";
import * as ja from "../../../client/texts/ja.ts";
import * as ko from "../../../client/texts/ko.ts";
import { pluralIn } from "../../../client/texts/plural.ts";
import { REFUSAL_STATUS } from "../../../shared/refusals.ts";
import { foreignIn } from "../../support/languages.ts";

const catalogues = { en, ja, ko };
const others = [
  ["ja", ja],
  ["ko", ko],
] as const;

type Said = (...given: unknown[]) => unknown;
/** Every text by its place: `everyPage.status.open`, `home.durations.0.1`. */
type Texts = ReadonlyMap<string, unknown>;

function textsOf(node: unknown, place = ""): Texts {
  if (typeof node !== "object" || node === null) return new Map([[place, node]]);
  return new Map(
    Object.entries(node).flatMap(([name, inner]) => [...textsOf(inner, place ? `${place}.${name}` : name)]),
  );
}

/** What those are asked with that do not take numbers alone. */
const ASKED: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  "account.device": [
    [{ browser: "Firefox", system: "Android" }],
    [{ browser: null, system: "Linux" }],
    [{ browser: "Chrome", system: null }],
    [{ browser: null, system: null }],
  ],
  "results.moment": [[0], [1_795_000_000_000, "UTC"]],
  "results.clock": [[0], [1_795_000_000_000, "UTC"]],
};
const NUMBERS = [0, 1, 2, 3_700, 1_000_000];

/** What a text says, for every way of asking it. `refusals` are asked by tests of their own. */
function saidBy(place: string, text: unknown): string[] {
  if (typeof text !== "function") return [String(text)];
  const asked = ASKED[place] ?? NUMBERS.map((count) => [count, count, count]);
  return asked.map((given) => String((text as Said)(...given)));
}

const spoken = (texts: object): [place: string, text: unknown][] =>
  [...textsOf({ ...texts })].filter(([place]) => !place.startsWith("refusals."));

test.each(others)(
  "[U84] %s has every text of English, and none of its own, of the same kind",
  (_, catalogue) => {
    const kinds = (texts: Texts) =>
      Object.fromEntries([...texts].map(([place, text]) => [place, typeof text]));
    expect(kinds(textsOf({ ...catalogue }))).toEqual(kinds(textsOf({ ...en })));
  },
);

test.each(others)(
  "[U84] a text of %s asks for no more than the English one, and says all that it says",
  (_, catalogue) => {
    const texts = textsOf({ ...catalogue });
    for (const [place, english] of spoken(en)) {
      const text = texts.get(place);
      if (typeof english !== "function" || typeof text !== "function") continue;
      expect([place, text.length <= english.length]).toEqual([place, true]);
      if (ASKED[place]) continue;
      // Two numbers that no text has of itself; a text that leaves one out tells less than the English one.
      const told = (say: unknown) => {
        const words = String((say as Said)(83, 97, 71));
        return [83, 97, 71].filter((number) => words.includes(`${number}`));
      };
      expect([place, told(text)]).toEqual([place, told(english)]);
    }
  },
);

test.each(Object.entries(catalogues))(
  "[U84] every text of %s says something, for no, one, two and a million",
  (_, catalogue) => {
    for (const [place, text] of spoken(catalogue)) {
      for (const words of saidBy(place, text)) {
        expect([place, words.trim() !== "" && !/undefined|NaN|null|\[object|Invalid/.test(words)]).toEqual([
          place,
          true,
        ]);
      }
    }
  },
);

test.each(["en", "ja", "ko"] as const)("[U85] no text of %s is in another language", (language) => {
  const strange = spoken(catalogues[language]).flatMap(([place, text]) =>
    saidBy(place, text)
      .flatMap((words) => foreignIn(words, language) ?? [])
      .map((words) => `${place}: ${words}`),
  );
  expect(strange).toEqual([]);
});

test.each([
  ["en", "Open 開く"],
  ["en", "投票"],
  ["ja", "投票 results"],
  ["ja", "投票 투표"],
  ["ko", "투표 Vote"],
  ["ko", "투표 結果"],
] as const)("[U85] a word of another language would be found: %s, %s", (language, words) => {
  expect(foreignIn(words, language)).not.toBeNull();
});

test("[U85] a text that is the same in two languages has no word in it", () => {
  const english = textsOf({ ...en });
  for (const [language, catalogue] of others) {
    const same = spoken(catalogue).filter(
      ([place, text]) => typeof text === "string" && text === english.get(place),
    );
    const worded = same.filter(([, text]) => /\p{L}{2,}/u.test(String(text)));
    const names = /^everyPage\.brand$|^present\.keyList\.\d\.0\.\d$/;
    expect([language, worded.filter(([place]) => !names.test(place))]).toEqual([language, []]);
  }
});

test.each([
  ["en", 0, "0 votes", "0 voted"],
  ["en", 1, "1 vote", "1 voted"],
  ["en", 2, "2 votes", "2 voted"],
  ["en", 1_000_000, "1,000,000 votes", "1,000,000 voted"],
  ["ja", 1, "1票", "1人が投票"],
  ["ja", 1_000_000, "1,000,000票", "1,000,000人が投票"],
  ["ko", 1, "1표", "1명 투표"],
  ["ko", 1_000_000, "1,000,000표", "1,000,000명 투표"],
] as const)("[U86] %s counts %d as its readers do: %s", (language, count, votes, voted) => {
  const { everyPage } = catalogues[language];
  expect([everyPage.votes(count), everyPage.voted(count)]).toEqual([votes, voted]);
});

test.each([
  ["en", ["0:09", "4:05", "1 h", "1 h 20 min", "3 days"]],
  ["ja", ["0:09", "4:05", "1時間", "1時間20分", "3日"]],
  ["ko", ["0:09", "4:05", "1시간", "1시간 20분", "3일"]],
] as const)("[U86] %s tells the time that is left", (language, words) => {
  const told = [9, 245, 3_600, 4_800, 3 * 86_400].map(catalogues[language].everyPage.duration);
  expect(told).toEqual([...words]);
});

test("[U86] a language has as many forms of a word as it needs", () => {
  const forms = { zero: "zero", one: "one", two: "two", few: "few", many: "many", other: "other" };
  const arabic = pluralIn("ar");
  expect([0, 1, 2, 3, 11, 100].map((count) => arabic(count, forms))).toEqual(Object.keys(forms));
  const [english, japanese] = [pluralIn("en"), pluralIn("ja")];
  expect([0, 1, 2, 1_000_000].map((count) => english(count, forms))).toEqual([
    "other",
    "one",
    "other",
    "other",
  ]);
  expect([0, 1, 2].map((count) => japanese(count, forms))).toEqual(["other", "other", "other"]);
  // A form that a language has and a word has not.
  expect(pluralIn("pl")(3, { one: "głos", other: "głosów" })).toBe("głosów");
});

test.each(others)(
  "[U87] %s says in its own words why a call failed, whatever the server said in English",
  (language, { refusals }) => {
    for (const code of Object.keys(REFUSAL_STATUS) as (keyof typeof REFUSAL_STATUS)[]) {
      const why = refusals.why({ code, sentence: "The server's own words.", retryAfterMs: 90_000 });
      if (why !== null) expect([code, foreignIn(why, language)]).toEqual([code, null]);
    }
    expect(refusals.why({ code: "RATE_LIMITED", sentence: "x", retryAfterMs: 90_000 })).toContain("90");
    expect(refusals.why({ code: "RATE_LIMITED", sentence: "x", retryAfterMs: 600_000 })).toContain("10");
    expect(refusals.why({ sentence: "Bad gateway" })).toBeNull();
    expect(foreignIn(refusals.atField("is too long"), language)).toBeNull();
  },
);

test("[U87] to readers of English the server's own sentence is said", () => {
  expect(en.refusals.why({ code: "CONFLICT", sentence: "There is a newer one." })).toBe(
    "There is a newer one.",
  );
  expect(en.refusals.why({ sentence: undefined })).toBeNull();
  expect(en.refusals.atField("is too long")).toBe("is too long");
});
