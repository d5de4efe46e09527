import { expect, test } from "bun:test";
import { draftControl, isNewer } from "../../server/app/poll.ts";
import { resultsUpdate } from "../../server/app/snapshot.ts";
import { TIMELINE_STEPS, type Timeline } from "../../server/app/timeline.ts";
import { newPollId, type PollId } from "../../shared/ids.ts";
import { auditOf, ballotOf, definitionOf, newVoter } from "../support/fixtures.ts";
import { waitFor } from "../support/wait-for.ts";
import type { PollStoreBench } from "./poll-store-harness.ts";

/** Past Redis a final result takes the two seconds of the leases. */
const FINAL_MS = 10_000;

/** Who joined, and when ballots were cast: figures of a poll that name nobody. */
export function figureRules(bench: PollStoreBench): void {
  const tallyOf = async (pollId: PollId) => (await bench.read(pollId)).tally;
  const voters = (count: number) => Array.from({ length: count }, newVoter);

  /** The timeline of a poll that was open for a minute, once it counts so many ballots and stays. */
  async function finalTimeline(pollId: PollId, ballots: number): Promise<Timeline> {
    const sum = (counts: readonly number[] | null) => counts?.reduce((all, count) => all + count, 0);
    await waitFor("the final result", async () => (await tallyOf(pollId)).final, FINAL_MS);
    return waitFor("the timeline", async () => {
      const timeline = await bench.store.timeline(pollId);
      return sum(timeline?.ballots ?? null) === ballots ? timeline : null;
    });
  }

  /** `{ step: ballots }`, where there are any. */
  function steps({ ballots }: Timeline): Record<number, number> {
    expect(ballots).toHaveLength(TIMELINE_STEPS);
    return Object.fromEntries([...(ballots ?? []).entries()].filter(([, count]) => count > 0));
  }

  test("[C14] a browser that takes a seat counts as joined once, wherever and however often, also when it left", async () => {
    const { pollId } = await bench.open();
    const [one, two, three] = [newVoter(), newVoter(), newVoter()];
    const reports = [
      { node: "a", count: 2, joined: [one, two], sum: 2 },
      { node: "b", count: 2, joined: [two, three], sum: 3 },
      { node: "a", count: 3, joined: [one, one], sum: 3 },
      { node: "a", count: 0, joined: [], sum: 3 },
      { node: "b", count: 0, joined: [], sum: 3 },
    ];
    for (const { node, count, joined, sum } of reports) {
      await bench.store.reportViewers(pollId, node, count, joined);
      const { tally } = await bench.read(pollId);
      expect(tally.joinedCount).toBe(bench.harness.joined === "not counted" ? 0 : sum);
      const told = await bench.harness.news.snapshot(pollId, (news) => news.tally.version >= tally.version);
      expect(told.tally).toEqual(tally);
    }
  });

  test("[C14] whoever joins where another left is news; who is named again is none", async () => {
    if (bench.harness.joined === "not counted") return;
    const { pollId } = await bench.open();
    const [one, two] = [newVoter(), newVoter()];
    expect(await bench.store.reportViewers(pollId, "a", 1, [one])).toBe(true);
    const before = await tallyOf(pollId);
    await bench.store.reportViewers(pollId, "a", 1, [one]);
    expect(await tallyOf(pollId)).toEqual(before);
    await bench.store.reportViewers(pollId, "a", 1, [two]);
    const after = await tallyOf(pollId);
    expect(isNewer(after, before)).toBe(true);
    expect(after).toMatchObject({ viewerCount: 1, joinedCount: 2 });
  });

  test("[C14] of a great audience the count is about right, and never less than those who are here or voted", async () => {
    const { pollId } = await bench.open();
    for (let report = 1; report <= 4; report += 1) {
      await bench.store.reportViewers(pollId, "a", 500 * report, voters(500));
    }
    const poll = await bench.read(pollId);
    const counted = bench.harness.joined !== "not counted";
    if (counted) expect(Math.abs(poll.tally.joinedCount - 2_000)).toBeLessThan(60);
    await Promise.all(voters(7).map((voter) => bench.store.cast(ballotOf(pollId, voter, [1]))));
    await bench.store.reportViewers(pollId, "a", 3);
    const { joinedCount } = resultsUpdate(await bench.read(pollId), "public");
    expect(joinedCount).toBe(counted ? poll.tally.joinedCount : 7);
  });

  test("[C14] nobody joins a poll that is not there, and a poll's count is its own", async () => {
    const [{ pollId }, other] = [await bench.open(), await bench.open()];
    await bench.store.reportViewers(newPollId(), "a", 1, [newVoter()]);
    await bench.store.reportViewers(pollId, "a", 1, [newVoter()]);
    expect((await tallyOf(other.pollId)).joinedCount).toBe(0);
    await bench.remove(pollId);
    await bench.store.reportViewers(pollId, "a", 1, [newVoter()]);
    expect(await bench.store.read(pollId)).toBeNull();
  });

  test("[C14] where it is kept, who joined is counted over a restart", async () => {
    const { pollId } = await bench.open();
    await bench.store.reportViewers(pollId, "a", 2, voters(2));
    await bench.harness.reopen();
    const { joined } = bench.harness;
    expect((await tallyOf(pollId)).joinedCount).toBe(joined === "kept" ? 2 : 0);
    await bench.store.reportViewers(pollId, "b", 1, voters(1));
    expect((await tallyOf(pollId)).joinedCount).toBe({ kept: 3, "in memory": 1, "not counted": 0 }[joined]);
  });

  test(
    "[C15] a timeline counts the ballots that stand by their revisions, from opening to the end, and stays",
    async () => {
      const openedAt = bench.now() - 90_000;
      const { pollId } = await bench.open(
        { settings: { allowChange: true } },
        { openedAt, closesAt: bench.now() + 600_000 },
      );
      // A second each step: too early, the first two steps, the middle, the last, and too late.
      const revisions = [1, 0, 999, 1_000, 30_500, 59_999, 60_000, 9e9].map((ms) =>
        ms > 1 ? openedAt + ms : ms,
      );
      for (const revision of revisions) {
        const cast = await bench.store.cast(ballotOf(pollId, newVoter(), [1], revision));
        expect(cast.kind).toBe("accepted");
      }
      const changing = newVoter();
      for (const [option, ms] of [
        [1, 10_000],
        [2, 20_000],
      ] as const) {
        await bench.store.cast(ballotOf(pollId, changing, [option], openedAt + ms));
      }
      await bench.steer(pollId, { status: "closed", closedAt: openedAt + 60_000 }, "closed");
      const timeline = await finalTimeline(pollId, 9);
      expect(timeline).toMatchObject({ from: openedAt, to: openedAt + 60_000 });
      expect(steps(timeline)).toEqual({ 0: 3, 1: 1, 20: 1, 30: 1, 59: 3 });
      await bench.steer(pollId, { visibility: "hidden" }, "hidden");
      expect(await bench.store.timeline(pollId)).toEqual(timeline);
      await bench.harness.reopen();
      expect(await finalTimeline(pollId, 9)).toEqual(timeline);
      expect(JSON.stringify(timeline)).not.toContain(changing);
    },
    2 * FINAL_MS,
  );

  test("[C15] while the poll is open its timeline ends now", async () => {
    const openedAt = bench.now() - 60_000;
    const { pollId } = await bench.open({}, { openedAt, closesAt: bench.now() + 600_000 });
    for (const ms of [0, 30_000, 59_999]) {
      await bench.store.cast(ballotOf(pollId, newVoter(), [2], openedAt + ms));
    }
    const before = bench.now();
    const timeline = await bench.store.timeline(pollId);
    if (!timeline) throw new Error("There is no timeline.");
    expect(timeline.from).toBe(openedAt);
    expect(timeline.to).toBeGreaterThanOrEqual(before);
    expect(timeline.to).toBeLessThanOrEqual(bench.now());
    const counted = Object.entries(steps(timeline));
    expect(counted.map(([, count]) => count)).toEqual([1, 1, 1]);
    const [first, middle, last] = counted.map(([step]) => Number(step));
    expect(first).toBe(0);
    // Some ms went by since the poll was made, on a slow machine some seconds.
    expect(middle).toBeWithin(20, 31);
    expect(last).toBeWithin(40, 60);
  });

  test("[C15] a poll that nobody opened has none, nor has one that is not there", async () => {
    const definition = definitionOf();
    await bench.store.create(definition, draftControl(definition.settings), auditOf("created"));
    expect(await bench.store.timeline(definition.pollId)).toBeNull();
    expect(await bench.store.timeline(newPollId())).toBeNull();
    const { pollId } = await bench.open();
    expect((await bench.store.timeline(pollId))?.ballots).toEqual(new Array(TIMELINE_STEPS).fill(0));
    await bench.remove(pollId);
    expect(await bench.store.timeline(pollId)).toBeNull();
  });
}
