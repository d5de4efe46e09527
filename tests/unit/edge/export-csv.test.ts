import { expect, test } from "bun:test";
import fc from "fast-check";
import { pollView } from "../../../server/app/snapshot.ts";
import { exportCsv } from "../../../server/edge/export-csv.ts";
import type { PollView } from "../../../shared/messages.ts";
import { parseCsv } from "../../faults/parse-csv.ts";
import { definitionOf, NOON, openControl, pollOf } from "../../support/fixtures.ts";

const HOST = { host: true, yourVote: null };
const FORMULA = /^[\s"\p{Cf}]*[=+\-@＝＋－＠﹢﹣﹦﹫−](?!\))/u;
/** What was put in front of what would have run. */
const MARK = /(?<=^|[;\t\r\n])'(?=[\s"'＂＇\p{Cf}]*[=+\-@＝＋－＠﹢﹣﹦﹫−](?!\)))|^'(?='*[\t\r\n])/gu;
const unmarked = (cell: string) => cell.replace(MARK, "");

function viewOf(question: string, labels: readonly string[], votes: readonly number[]): PollView {
  const definition = definitionOf({ question, optionCount: labels.length });
  const options = definition.options.map((option, at) => ({ ...option, label: labels[at] ?? "" }));
  return pollView(pollOf({ ...definition, options }, openControl(definition), votes), HOST, NOON);
}

/** Everything that matters in a cell, much more often than chance would bring it. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."=+-@＝－;,\"'\t\n\r ​)a9"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});

test("[H21] any text comes out of a CSV as it went in, but for marks before what would run", () => {
  fc.assert(
    fc.property(text, fc.array(text, { minLength: 2, maxLength: 5 }), (question, labels) => {
      const view = viewOf(
        question,
        labels,
        labels.map((_, at) => at),
      );
      const [head, ...rows] = parseCsv(exportCsv([view]));
      expect(head).toHaveLength(9);
      expect(rows.map((row) => row[4]).map((label) => unmarked(label ?? ""))).toEqual(labels);
      expect(rows.map((row) => unmarked(row[1] ?? ""))).toEqual(labels.map(() => question));
      expect(rows.map((row) => Number(row[5]))).toEqual(labels.map((_, at) => at));
    }),
    { numRuns: 1_000 },
  );
});

test("[H21] no cell starts as a formula, wherever a spreadsheet of any country takes a cell to start", () => {
  fc.assert(
    fc.property(text, fc.array(text, { minLength: 2, maxLength: 5 }), (question, labels) => {
      const csv = exportCsv([viewOf(question, labels, [1, 2])]);
      const cells = [...parseCsv(csv).flat(), ...csv.split(/[;\t\r\n]/)];
      expect(cells.filter((cell) => FORMULA.test(cell))).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test("[H21] what would run is marked, and numbers and smileys are left alone", () => {
  const labels = ["=1", " =1", '"=1"', "＝1", "－1", "\u200b+1", "a;@b", "a\n=b", "Fine ;-)", "5-3", "-"];
  const rows = parseCsv(exportCsv([viewOf("Q", labels, [3])])).slice(1);
  expect(rows.map((row) => row[4])).toEqual([
    "'=1",
    "' =1",
    `'"=1"`,
    "'＝1",
    "'－1",
    "'\u200b+1",
    "a;'@b",
    "a\n'=b",
    "Fine ;-)",
    "5-3",
    "'-",
  ]);
  expect(rows[0]?.slice(5)).toEqual(["3", "100", "3", "false"]);
});

test("[H22] several polls are one table, with one head and one byte order mark", () => {
  const csv = exportCsv([viewOf("First?", ["a", "b"], [1]), viewOf("Second?", ["c", "d"], [2])]);
  expect(csv.split("\ufeff")).toHaveLength(2);
  const rows = parseCsv(csv);
  expect(rows.map((row) => row[1])).toEqual(["question", "First?", "First?", "Second?", "Second?"]);
});
