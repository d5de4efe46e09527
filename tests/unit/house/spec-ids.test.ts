import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";

const ROOT = new URL("../../../", import.meta.url).pathname;
const read = (path: string) => readFileSync(ROOT + path, "utf8");

const rules = [...read("shared/SPEC.md").matchAll(/^- \*\*([A-Z]\d+)\*\* \S/gm)].map(([, id]) => id ?? "");
const testFiles = [...new Bun.Glob("tests/**/*.{ts,tsx}").scanSync({ cwd: ROOT })];

/** The call of a test, also with `.each(…)` between name and title, and the title. */
const TITLES = /\b(?:test|it)(?:\.(?:concurrent|serial|each\((?:[^()]|\([^()]*\))*\)))*\(\s*(["'`])(.*?)\1/g;
const LEADING_IDS = /^(?:\[[A-Z]\d+\])+ /;

/** Titles of a test file, with the ids they begin with. */
function titlesIn(path: string): { title: string; ids: readonly string[] }[] {
  return [...read(path).matchAll(TITLES)].map(([, , title = ""]) => ({
    title: `${path}: ${title}`,
    ids: LEADING_IDS.exec(title)?.[0].match(/[A-Z]\d+/g) ?? [],
  }));
}

const titles = testFiles.flatMap(titlesIn);

test("[G1] an id stands for one rule", () => {
  const repeated = rules.filter((id, index) => rules.indexOf(id) !== index);
  expect(repeated).toEqual([]);
});

test("[G1] every test's title begins with ids of rules that stand in the SPEC", () => {
  expect(titles.length).toBeGreaterThan(100);
  const without = titles.filter(({ ids }) => ids.length === 0).map(({ title }) => title);
  const unknown = titles.filter(({ ids }) => ids.some((id) => !rules.includes(id))).map(({ title }) => title);
  expect({ without, unknown }).toEqual({ without: [], unknown: [] });
});
