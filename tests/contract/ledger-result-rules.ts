import { expect, test } from "bun:test";
import { checksumOf, type Final } from "../../server/store/tiers/ledger.ts";
import { type LedgerBench, registered } from "./ledger-bench.ts";

const COUNT = { votes: [2, 0, 1], participantCount: 3 } as const;

/** Counts: TALLY while Redis is away, viewers, the final result with its roll; and what is left of a removed poll. */
export function ledgerResultRules(bench: LedgerBench): void {
  test("[K56] of many who write the next live count one does", async () => {
    const { definition } = await bench.open();
    const { pollId } = definition;
    const first = { epoch: 2, version: 10, ...COUNT };
    expect(await bench.ledger.putTally(pollId, first, 10)).toBe(false);
    const answers = await bench.race((ledger, caller) =>
      ledger.putTally(pollId, { ...first, version: 10 + caller }, 0),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    const version = 10 + answers.indexOf(true);
    expect((await bench.other.record(pollId)).tally).toEqual({ ...first, version });
    const next = { ...first, version: 99 };
    expect(await bench.ledger.putTally(pollId, next, 0)).toBe(false);
    expect(await bench.ledger.putTally(pollId, next, version)).toBe(true);
    expect(await bench.ledger.putTally(pollId, next, version)).toBe(true);
    expect((await bench.ledger.record(pollId)).tally).toEqual(next);
  });

  test("[K56] viewers are added up over nodes, and a node that says nothing more is believed for 15 s", async () => {
    const { definition } = await bench.open();
    const { pollId } = definition;
    const viewers = async () => (await bench.ledger.record(pollId)).viewerCount;
    await bench.ledger.reportViewers(pollId, "a", 3);
    await bench.other.reportViewers(pollId, "b", 4);
    await bench.ledger.reportViewers(pollId, "a", 5);
    expect(await viewers()).toBe(9);
    bench.clock.step(14_900);
    expect(await viewers()).toBe(9);
    await bench.other.reportViewers(pollId, "b", 4);
    bench.clock.step(2_000);
    expect(await viewers()).toBe(4);
  });

  test("[K60] a live count that nobody renewed for a day is none", async () => {
    const { definition } = await bench.open();
    const { pollId } = definition;
    const tally = { epoch: 2, version: 10, ...COUNT };
    await bench.ledger.putTally(pollId, tally, 0);
    bench.clock.step(86_401_000);
    expect((await bench.ledger.record(pollId)).tally).toBeNull();
    expect(await bench.ledger.putTally(pollId, { ...tally, version: 11 }, 10)).toBe(false);
    expect(await bench.ledger.putTally(pollId, { ...tally, version: 11 }, 0)).toBe(true);
  });

  test("[K55] the final result is put once, and everybody is told the one that stands", async () => {
    const { definition } = await bench.open();
    const { pollId } = definition;
    const final = (generation: string): Final => ({
      ...COUNT,
      epoch: 3,
      version: 1,
      checksum: checksumOf([]),
      generation,
    });
    const answers = await bench.race((ledger, caller) => ledger.putFinal(pollId, final(`g${caller}`)));
    expect(new Set(answers.map(({ generation }) => generation)).size).toBe(1);
    const [standing] = answers;
    expect((await bench.other.record(pollId)).final).toEqual(standing ?? null);
    bench.clock.step(10 * 365 * 86_400_000);
    expect((await bench.other.record(pollId)).final).toEqual(standing ?? null);
  });

  test("[K55] rolls of two closers do not mix, nor do shards 1 and 11", async () => {
    const { definition } = await bench.open();
    const { pollId } = definition;
    const some = (count: number) => Array.from({ length: count }, (_, index) => registered(index));
    const rolls = { first: some(50), eleventh: some(3), others: some(20) };
    await bench.ledger.putRoll(pollId, "mine", 1, rolls.first);
    await bench.ledger.putRoll(pollId, "mine", 11, rolls.eleventh);
    await bench.other.putRoll(pollId, "theirs", 1, rolls.others);
    await bench.ledger.putRoll(pollId, "mine", 2, []);
    expect(await bench.other.roll(pollId, "mine", 1)).toEqual(rolls.first);
    expect(await bench.other.roll(pollId, "mine", 11)).toEqual(rolls.eleventh);
    expect(await bench.other.roll(pollId, "theirs", 1)).toEqual(rolls.others);
    expect(await bench.other.roll(pollId, "mine", 2)).toEqual([]);
    expect(checksumOf(await bench.ledger.roll(pollId, "mine", 1))).toBe(checksumOf(rolls.first.toReversed()));
  });

  test("[K60] a roll is there as long as the ballots it counts", async () => {
    const meta = await bench.open();
    const { pollId } = meta.definition;
    const ballot = registered();
    await bench.ledger.append(meta, "a", [ballot]);
    bench.clock.step(20 * 86_400_000);
    await bench.ledger.putRoll(pollId, "g", 0, [ballot]);
    bench.clock.step(39.9 * 86_400_000);
    expect([await bench.ballots(meta), await bench.ledger.roll(pollId, "g", 0)].map(sizeOf)).toEqual([1, 1]);
    bench.clock.step(0.2 * 86_400_000);
    expect([await bench.ballots(meta), await bench.ledger.roll(pollId, "g", 0)].map(sizeOf)).toEqual([0, 0]);
  });

  test("[K59] of a removed poll nothing is left but that its code was used", async () => {
    const meta = await bench.open();
    const { pollId } = meta.definition;
    const ballots = Array.from({ length: 60 }, () => registered());
    await bench.ledger.append(meta, "a", ballots);
    for (const ballot of ballots.slice(0, 30)) await bench.ledger.put(meta, ballot, null);
    for (const generation of ["g1", "g2"]) await bench.other.putRoll(pollId, generation, 3, ballots);
    await bench.ledger.putTally(pollId, { epoch: 1, version: 1, ...COUNT }, 0);
    await bench.ledger.reportViewers(pollId, "a", 3);
    await bench.ledger.putFinal(pollId, {
      ...COUNT,
      epoch: 1,
      version: 1,
      checksum: "",
      generation: "g1",
    });
    await expect(bench.ledger.erase(pollId)).rejects.toThrow("not removed");
    expect(await bench.remove(meta)).toBe("done");
    await bench.other.erase(pollId);
    await bench.ledger.erase(pollId);
    expect(await bench.ballots(meta)).toEqual(new Map());
    for (const generation of ["g1", "g2"]) expect(await bench.ledger.roll(pollId, generation, 3)).toEqual([]);
    const record = await bench.ledger.record(pollId);
    expect(record).toEqual({ meta: "removed", tally: null, final: null, viewerCount: 0 });
  });
}

function sizeOf(ballots: { readonly size: number } | { readonly length: number }): number {
  return "size" in ballots ? ballots.size : ballots.length;
}
