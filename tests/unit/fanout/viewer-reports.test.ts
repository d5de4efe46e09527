import { afterEach, expect, test } from "bun:test";
import { ViewerReports } from "../../../server/fanout/viewer-reports.ts";
import type { VoterId } from "../../../shared/ids.ts";
import { newVoter } from "../../support/fixtures.ts";
import { waitFor } from "../../support/wait-for.ts";

const begun: ViewerReports[] = [];
afterEach(() => {
  for (const reports of begun.splice(0)) reports.stop();
});

/** Reports to a store that answers as `answer` says; what it was told, and when (monotonic ms). */
function bench(answer: (report: number) => boolean | Error = () => true) {
  const told: { readonly joined: readonly VoterId[]; readonly at: number }[] = [];
  const troubles: unknown[] = [];
  const reports = new ViewerReports(
    async (joined) => {
      told.push({ joined, at: performance.now() });
      const said = answer(told.length);
      if (said instanceof Error) throw said;
      return said;
    },
    (trouble) => troubles.push(trouble),
  );
  begun.push(reports);
  return { reports, told, troubles };
}

test("[C14] whoever comes is told at once, who comes after within the second, all in one report", async () => {
  const { reports, told } = bench();
  const [first, ...others] = Array.from({ length: 300 }, newVoter);
  if (!first) throw new Error("There are voters.");
  reports.joined(first);
  await waitFor("the first report", () => told.length === 1);
  for (const voter of [...others, ...others]) reports.joined(voter);
  await waitFor("the second report", () => told.length === 2);
  expect(told.map(({ joined }) => joined)).toEqual([[first], others]);
  expect((told[1]?.at ?? 0) - (told[0]?.at ?? 0)).toBeGreaterThanOrEqual(990);
});

test("[C14] more than 512 at once go in several reports, one a second, each voter in one", async () => {
  const { reports, told } = bench();
  const voters = Array.from({ length: 1_100 }, newVoter);
  for (const voter of voters) reports.joined(voter);
  await waitFor("three reports", () => told.length === 3);
  expect(told.map(({ joined }) => joined.length)).toEqual([512, 512, 76]);
  expect(told.flatMap(({ joined }) => joined)).toEqual(voters);
  expect((told[2]?.at ?? 0) - (told[0]?.at ?? 0)).toBeGreaterThanOrEqual(1_980);
}, 15_000);

test("[C14] who could not be counted is reported again with the next report, not sooner", async () => {
  const { reports, told, troubles } = bench((report) => (report === 1 ? new Error("away") : report > 2));
  const [one, two, three] = [newVoter(), newVoter(), newVoter()];
  reports.joined(one);
  await waitFor("the first report", () => troubles.length === 1);
  reports.joined(two);
  await waitFor("the second", () => told.length === 2);
  reports.joined(three);
  await waitFor("the third", () => told.length === 3);
  reports.changed();
  await waitFor("the fourth", () => told.length === 4);
  expect(told.map(({ joined }) => new Set(joined))).toEqual([
    new Set([one]),
    new Set([one, two]),
    new Set([one, two, three]),
    new Set(),
  ]);
  expect(troubles).toEqual([new Error("away")]);
}, 15_000);
