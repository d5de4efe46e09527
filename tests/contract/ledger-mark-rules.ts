import { expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { newPollId, type PollId } from "../../shared/ids.ts";
import type { LedgerBench } from "./ledger-bench.ts";

/** Who has something left to do, and whether it lives. */
export function ledgerMarkRules(bench: LedgerBench): void {
  /** What all partitions say of one poll. */
  const openOf = async (pollId: PollId) => {
    const indexes = Array.from({ length: bench.ledger.openPartitions }, (_, index) => index);
    const partitions = await Promise.all(indexes.map((index) => bench.other.openPartition(index)));
    return {
      polls: partitions.flatMap(({ polls }) => polls).filter((poll) => poll.pollId === pollId),
      marks: partitions
        .flatMap(({ marks }) => marks)
        .filter((mark) => mark.pollId === pollId)
        .map(({ mark }) => mark)
        .sort(),
    };
  };

  test("[K57] one question finds polls and marks, each until it is taken back", async () => {
    const pollId = newPollId();
    await bench.ledger.putOpen({ pollId, closesAt: 5_000, ending: false });
    await bench.ledger.putMark({ pollId, mark: "node-1#x/1" });
    await bench.other.putMark({ pollId, mark: "node-2/1" });
    const both = ["node-1#x/1", "node-2/1"];
    expect(await openOf(pollId)).toEqual({
      polls: [{ pollId, closesAt: 5_000, ending: false }],
      marks: both,
    });
    await bench.other.putOpen({ pollId, closesAt: 0, ending: true });
    await bench.ledger.deleteMark({ pollId, mark: "node-1#x/1" });
    expect(await openOf(pollId)).toEqual({
      polls: [{ pollId, closesAt: 0, ending: true }],
      marks: ["node-2/1"],
    });
    await bench.ledger.deleteOpen(pollId);
    expect(await openOf(pollId)).toEqual({ polls: [], marks: ["node-2/1"] });
    await bench.ledger.deleteMark({ pollId, mark: "node-2/1" });
    await bench.ledger.deleteMark({ pollId, mark: "node-2/1" });
    await bench.ledger.deleteOpen(pollId);
    expect(await openOf(pollId)).toEqual({ polls: [], marks: [] });
  });

  test("[K57] polls are spread over the partitions, and a partition has a poll with all its marks", async () => {
    const pollIds = Array.from({ length: 100 }, () => newPollId());
    await Promise.all(pollIds.map((pollId) => bench.ledger.putOpen({ pollId, closesAt: 1, ending: false })));
    await Promise.all(pollIds.map((pollId) => bench.ledger.putMark({ pollId, mark: "spread/1" })));
    let used = 0;
    for (let index = 0; index < bench.ledger.openPartitions; index += 1) {
      const { polls, marks } = await bench.ledger.openPartition(index);
      const mine = marks.filter(({ mark }) => mark === "spread/1").map(({ pollId }) => pollId);
      const there = polls.map(({ pollId }) => pollId).filter((pollId) => pollIds.includes(pollId));
      expect(there.sort()).toEqual(mine.sort());
      used += there.length > 0 ? 1 : 0;
    }
    // That one of eight stays empty by chance happens once in 78,000 runs.
    expect(used).toBe(bench.ledger.openPartitions);
    await Promise.all(pollIds.map((pollId) => bench.ledger.deleteOpen(pollId)));
    await Promise.all(pollIds.map((pollId) => bench.ledger.deleteMark({ pollId, mark: "spread/1" })));
  });

  test("[K58] a run beats from its first beat on, each beat greater, and all can be asked at once", async () => {
    const runs = Array.from({ length: 130 }, () => `run ${randomUUID()}`);
    const [run = ""] = runs;
    expect(await bench.ledger.beat(run, false)).toBe(false);
    expect((await bench.ledger.beats(runs)).size).toBe(0);
    expect(await Promise.all(runs.map((each) => bench.ledger.beat(each, true)))).not.toContain(false);
    const first = (await bench.other.beats(runs)).get(run) ?? 0;
    expect(await bench.ledger.beat(run, false)).toBe(true);
    const later = await bench.other.beats([...runs, run]);
    expect(later.size).toBe(runs.length);
    expect(later.get(run)).toBeGreaterThan(first);
    expect((await bench.other.beats([])).size).toBe(0);
  });

  test("[K58] only a run that stood still is buried, and it never beats again", async () => {
    const run = `run ${randomUUID()}`;
    await bench.ledger.beat(run, true);
    const seen = (await bench.other.beats([run])).get(run) ?? 0;
    await bench.ledger.beat(run, false);
    expect(await bench.other.bury(run, seen)).toBe(false);
    expect(await bench.other.bury(run, null)).toBe(false);
    expect(await bench.ledger.beat(run, false)).toBe(true);
    const last = (await bench.other.beats([run])).get(run) ?? 0;
    expect(await bench.race((ledger) => ledger.bury(run, last))).not.toContain(false);
    expect(await bench.ledger.beat(run, false)).toBe(false);
    expect(await bench.ledger.beat(run, true)).toBe(false);
    expect((await bench.other.beats([run])).size).toBe(0);
    expect(await bench.other.bury(run, null)).toBe(true);
  });

  test("[K58] a run that never was can be buried: its first beat, late, does not wake it", async () => {
    const run = `run ${randomUUID()}`;
    expect(await bench.other.bury(run, null)).toBe(true);
    expect(await bench.ledger.beat(run, true)).toBe(false);
  });

  test("[K58] beating and burying at the same time: either it is buried for good, or it lives", async () => {
    for (let round = 0; round < 8; round += 1) {
      const run = `run ${randomUUID()}`;
      await bench.ledger.beat(run, true);
      const seen = (await bench.other.beats([run])).get(run) ?? 0;
      const [beating, buried] = await Promise.all([
        bench.ledger.beat(run, false),
        bench.other.bury(run, seen),
      ]);
      expect(beating).toBe(!buried);
      expect(await bench.ledger.beat(run, false)).toBe(!buried);
    }
  });

  test("[K60] a beat that nobody renewed for a day is as good as buried", async () => {
    const run = `run ${randomUUID()}`;
    await bench.ledger.beat(run, true);
    bench.clock.step(86_401_000);
    expect((await bench.other.beats([run])).size).toBe(0);
    expect(await bench.ledger.beat(run, false)).toBe(false);
    expect(await bench.other.bury(run, null)).toBe(true);
  });

  test("[K61] a probe writes and reads back", async () => {
    await bench.ledger.probe("node-1");
    await bench.other.probe("node-1");
    expect(await Promise.all([bench.ledger.probe("a"), bench.other.probe("b")])).toHaveLength(2);
  });
}
