import { describe, expect, test } from "bun:test";
import { rebuild } from "../../server/store/tiers/rebuild.ts";
import { ballotOf, newVoter } from "../support/fixtures.ts";
import {
  asStored,
  castByTheDead,
  interrupted,
  ledgerBallots,
  metaOf,
  openOf,
  openPoll,
  RecoveryBench,
  registered,
  steerMeta,
} from "./recovery-bench.ts";

describe("making whole", () => {
  const bench = new RecoveryBench();

  test("[K70] a state that was lost is made whole from the ledger, in a newer epoch", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const ballots = Array.from({ length: 1_200 }, (_, index) => registered(newVoter(), (index % 3) + 1));
    const meta = await metaOf(node.ledger, pollId);
    await node.ledger.append(meta, "one", ballots.slice(0, 800));
    await node.ledger.append(meta, "two", ballots.slice(700));
    await bench.wipe();
    expect(await node.redis?.read(pollId)).toBe("cold");
    await node.tender.tend(pollId);
    expect(node.tender.lastRebuilt).toMatchObject({ pollId, ballots: 1_200 });
    const poll = await bench.stored(pollId);
    expect(poll.ballots).toEqual(asStored(ballots));
    expect(poll).toMatchObject({
      status: "open",
      votes: new Map([
        ["opt-1", 400],
        ["opt-2", 400],
        ["opt-3", 400],
      ]),
    });
    expect(poll.epoch).toBeGreaterThan(meta.epoch);
    expect(await node.redis?.read(pollId)).toMatchObject({
      poll: { control: meta.control },
      outboxLength: 0,
    });
  });

  test("[K70] two nodes that find the same state lost make it whole together", async () => {
    const [a, b] = [await bench.node("a"), await bench.node("b")];
    const { pollId } = await openPoll(a);
    const ballots = Array.from({ length: 40 }, () => registered(newVoter(), 2));
    await a.ledger.append(await metaOf(a.ledger, pollId), "one", ballots);
    await bench.wipe();
    await Promise.all([a.tender.tend(pollId), b.tender.tend(pollId)]);
    expect((await bench.stored(pollId)).ballots).toEqual(asStored(ballots));
  });

  test("[K71] a close that comes while a state is made whole wins: it is not open again", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    await bench.wipe();
    const ledger = interrupted(node.ledger, async () => {
      await steerMeta(node.ledger, pollId, { status: "closed", closedAt: Date.now() });
      const { definition, control, epoch } = await metaOf(node.ledger, pollId);
      await node.redis?.fence({ definition, control, epoch });
    });
    const meta = await metaOf(ledger, pollId);
    await node.ledger.append(meta, "one", [registered(newVoter(), 1)]);
    expect(await rebuild({ ...node.ports, ledger }, pollId, [])).toBe("lost");
    expect(await node.redis?.read(pollId)).toBe("cold");
    expect((await bench.stored(pollId)).status).toBe("closed");
    expect(await rebuild(node.ports, pollId, [])).toBe("ended");
  });

  test("[K71] a state that is lost again while it is made whole is not taken for whole", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    await node.ledger.append(await metaOf(node.ledger, pollId), "one", [registered(newVoter(), 1)]);
    await bench.wipe();
    const ledger = interrupted(node.ledger, () => bench.wipe());
    expect(await rebuild({ ...node.ports, ledger }, pollId, [])).toBe("lost");
    expect(await node.redis?.read(pollId)).toBe("cold");
    await node.tender.tend(pollId);
    expect((await bench.stored(pollId)).votes.get("opt-1")).toBe(1);
  });

  test("[K72] what a dead node put is brought to Redis by whoever finds its mark, and the mark goes", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const ballot = registered(newVoter(), 3, 7);
    const mark = { pollId, mark: "dead.1/1" };
    await node.ledger.beat("dead.1", true);
    await node.ledger.putMark(mark);
    await node.ledger.put(await metaOf(node.ledger, pollId), ballot, null);
    expect(await node.marks.dead([mark])).toEqual([]);
    await node.ledger.bury("dead.1", 1);
    expect(await node.marks.dead([mark])).toEqual([mark]);
    await node.tender.tend(pollId, [mark]);
    expect((await bench.stored(pollId)).ballots).toEqual(asStored([ballot]));
    expect((await openOf(node.ledger, pollId)).marks).not.toContainEqual(mark);
    expect(await node.ledger.beat("dead.1", false)).toBe(false);
  });

  test("[K76] a removed poll is erased from both stores, its code stays used, and it does not return", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const meta = await metaOf(node.ledger, pollId);
    await node.ledger.append(meta, "one", [registered(newVoter(), 1)]);
    await steerMeta(node.ledger, pollId, "removed");
    await node.tender.tend(pollId);
    expect(await node.redis?.read(pollId)).toBe("removed");
    const shards = Array.from({ length: meta.shards }, (_, shard) => node.ledger.ballots(meta, shard));
    expect((await Promise.all(shards)).flat()).toEqual([]);
    expect(await openOf(node.ledger, pollId)).toMatchObject({ polls: [] });
    await bench.wipe();
    await node.tender.tend(pollId);
    expect(await node.redis?.read(pollId)).toBe("removed");
    expect(await node.ledger.meta(pollId)).toBe("removed");
    expect(await node.view.read(pollId)).toBeNull();
  });

  test("[K77] a poll that was born past Redis appears there later, and its close waits for Redis from then on", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node, {}, false);
    const ballot = registered(newVoter(), 2);
    await node.ledger.put(await metaOf(node.ledger, pollId), ballot, null);
    expect(await metaOf(node.ledger, pollId)).toMatchObject({ inRedis: false });
    await node.tender.tend(pollId);
    expect(await metaOf(node.ledger, pollId)).toMatchObject({ inRedis: true });
    expect((await bench.stored(pollId)).ballots).toEqual(asStored([ballot]));
    expect((await node.redis?.cast(ballotOf(pollId, newVoter(), [2])))?.kind).toBe("judged");
    expect((await bench.stored(pollId)).votes.get("opt-2")).toBe(2);
  });

  test("[K80] an outbox that nobody drains is brought to the ledger", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const voter = await castByTheDead(node, pollId, 3);
    const key = `poll:{${pollId}}:outbox`;
    const master = await bench.redis.masterOf(key);
    // As if it had been there for a minute.
    const [entry] = await master.redis.xrange(key, "-", "+");
    await master.redis.del(key);
    await master.redis.xadd(key, `${(Date.now() - 60_000) * 1_000}-0`, ...(entry?.[1] ?? []));
    await node.tender.tend(pollId);
    expect(await master.redis.xlen(key)).toBe(0);
    const ballots = await ledgerBallots(node.ledger, pollId);
    expect(ballots.get(voter)).toMatchObject({ choice: "opt-3" });
  });
});
