import { expect, test } from "bun:test";
import { mergeInto, type RegisteredBallot } from "../../server/app/register.ts";
import { ballotShard } from "../../server/store/tiers/ledger.ts";
import type { VoterId } from "../../shared/ids.ts";
import { newVoter } from "../support/fixtures.ts";
import { CALLERS, type LedgerBench, registered } from "./ledger-bench.ts";

const PACKED = 2_000;

/** Ballots: put one by one past Redis, appended in packs behind it, merged by whoever reads. */
export function ledgerBallotRules(bench: LedgerBench): void {
  test("[K53] a ballot is put where nothing stands, and over what was read; else what stands is told", async () => {
    const meta = await bench.open();
    const first = registered(3);
    const second = { ...first, revision: 4, choice: "opt-2" };
    const third = { ...first, revision: 5, choice: "opt-3" };
    expect(await bench.ledger.put(meta, second, first)).toBeNull();
    expect(await bench.ledger.put(meta, first, null)).toBe("put");
    expect(await bench.other.put(meta, second, null)).toEqual(first);
    expect(await bench.other.put(meta, second, first)).toBe("put");
    expect(await bench.ledger.put(meta, third, first)).toEqual(second);
    expect(await bench.ledger.put(meta, third, { ...second, choice: "opt-1" })).toEqual(second);
    expect(await bench.ballots(meta)).toEqual(new Map([[first.voter, second]]));
  });

  test("[K53] a ballot that is put again is put, whatever was expected", async () => {
    const meta = await bench.open();
    const first = registered(1);
    const second = { ...first, revision: 2 };
    for (const expected of [null, null, second]) {
      expect(await bench.ledger.put(meta, first, expected)).toBe("put");
    }
    expect(await bench.ledger.put(meta, second, first)).toBe("put");
    expect(await bench.other.put(meta, second, first)).toBe("put");
  });

  test("[K53] of many who put over the same ballot one does, and all others are told which", async () => {
    const meta = await bench.open();
    for (const expected of [null, registered(1)]) {
      const voter = expected?.voter ?? newVoter();
      if (expected) await bench.ledger.put(meta, expected, null);
      const mine = (caller: number) => registered(10 + caller, "opt-2", voter);
      const answers = await bench.race((ledger, caller) => ledger.put(meta, mine(caller), expected));
      const winner = answers.indexOf("put");
      const others = answers.filter((_, caller) => caller !== winner);
      expect(others).toEqual(Array(CALLERS - 1).fill(mine(winner)));
      expect((await bench.ballots(meta)).get(voter)).toEqual(mine(winner));
    }
  });

  test("[K54] a pack is there once under its name, however often it is sent", async () => {
    const meta = await bench.open();
    const ballots = Array.from({ length: PACKED }, () => registered());
    await bench.race((ledger) => ledger.append(meta, "node-1/7", ballots));
    expect(await bench.ballots(meta)).toEqual(new Map(ballots.map((ballot) => [ballot.voter, ballot])));
  });

  test("[K54] packs of other names stand beside it, and an empty one is none", async () => {
    const meta = await bench.open();
    const [first, second] = [registered(), registered()];
    await bench.ledger.append(meta, "node-1/1", [first]);
    await bench.other.append(meta, "node-2/1", [second]);
    await bench.ledger.append(meta, "node-1/2", []);
    expect([...(await bench.ballots(meta)).keys()].sort()).toEqual([first.voter, second.voter].sort());
  });

  test("[K54] whoever reads merges packs and single ballots by the order of the register", async () => {
    const meta = await bench.open();
    const voters = Array.from({ length: 8 }, () => newVoter());
    const random = () => Math.floor(Math.random() * 4);
    const sent: RegisteredBallot[] = [];
    for (let pack = 0; pack < 6; pack += 1) {
      const ballots = voters.map((voter) => registered(random(), `opt-${1 + random()}`, voter));
      // The same voter twice in a pack: a batch that was counted in two steps.
      ballots.push(...ballots.slice(0, 2).map((ballot) => ({ ...ballot, revision: random() })));
      sent.push(...ballots);
      await bench.ledger.append(meta, `pack-${pack}`, ballots);
    }
    for (const voter of voters.slice(0, 4)) {
      const ballot = registered(random(), "opt-2,opt-10", voter);
      sent.push(ballot);
      expect(await bench.ledger.put(meta, ballot, null)).toBe("put");
    }
    const expected = mergeInto(new Map<VoterId, RegisteredBallot>(), sent);
    expect(await bench.ballots(meta)).toEqual(expected);
  });

  test("[K54] each voter is in one shard, and a shard has nobody twice", async () => {
    const meta = await bench.open();
    const ballots = Array.from({ length: 200 }, () => registered());
    await bench.ledger.append(meta, "all", ballots);
    for (const ballot of ballots.slice(0, 20)) await bench.ledger.put(meta, ballot, null);
    for (let shard = 0; shard < meta.shards; shard += 1) {
      const mine = ballots.filter(({ voter }) => ballotShard(voter, meta.shards) === shard);
      const read = await bench.other.ballots(meta, shard);
      expect(read.map(({ voter }) => voter).sort()).toEqual(mine.map(({ voter }) => voter).sort());
    }
  });

  test("[K60] ballots are gone after their time, counted from the latest possible close", async () => {
    const meta = await bench.open();
    const [packed, single] = [registered(), registered()];
    await bench.ledger.append(meta, "a", [packed]);
    await bench.ledger.put(meta, single, null);
    const day = 86_400_000;
    bench.clock.step(59.9 * day);
    expect((await bench.ballots(meta)).size).toBe(2);
    bench.clock.step(0.2 * day);
    expect((await bench.ballots(meta)).size).toBe(0);
    // Whether or not the item was deleted yet: nothing stands, for conditions too.
    expect(await bench.ledger.put(meta, { ...single, revision: 7 }, single)).toBeNull();
    expect(await bench.ledger.put(meta, { ...single, revision: 7 }, null)).toBe("put");
    expect(await bench.meta(meta.definition.pollId)).toEqual(meta);
  });
}
