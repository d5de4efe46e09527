import { describe, expect, test } from "bun:test";
import { freePorts } from "../../infra/local/free-ports.ts";
import { Outage } from "../../server/app/outage.ts";
import { RedisTier } from "../../server/store/redis/redis-tier.ts";
import { StoreBreakers } from "../../server/store/tiers/breakers.ts";
import { closeStep } from "../../server/store/tiers/closing.ts";
import { Tender } from "../../server/store/tiers/tend.ts";
import type { PollId } from "../../shared/ids.ts";
import { newVoter } from "../support/fixtures.ts";
import {
  asStored,
  castByTheDead,
  metaOf,
  openOf,
  openPoll,
  PATIENT_MS,
  RecoveryBench,
  registered,
  steerMeta,
} from "./recovery-bench.ts";

describe("closing", () => {
  const bench = new RecoveryBench();

  test(
    "[K73] a close counts what only the outbox of a dead node has",
    async () => {
      const node = await bench.node();
      const { pollId } = await openPoll(node);
      await castByTheDead(node, pollId, 1);
      const voter = await castByTheDead(node, pollId, 2);
      await steerMeta(node.ledger, pollId, { status: "closed", closedAt: Date.now() });
      await node.tender.tend(pollId);
      const { final } = await node.ledger.record(pollId);
      expect(final).toMatchObject({ votes: [1, 1, 0], participantCount: 2 });
      const view = await node.redis?.read(pollId);
      expect(view).toMatchObject({ settled: true, outboxLength: 0 });
      expect(view).toMatchObject({ poll: { tally: { votes: [1, 1, 0], final: true } } });
      expect(final && (await node.view.counted(pollId, final, voter))).toMatchObject({ choice: "opt-2" });
      expect((await openOf(node.ledger, pollId)).polls).toEqual([]);
    },
    PATIENT_MS,
  );

  test(
    "[K74] two nodes that close at the same time give one final result",
    async () => {
      const [a, b] = [await bench.node("a"), await bench.node("b")];
      const { pollId } = await openPoll(a);
      for (const option of [1, 2, 2]) await castByTheDead(a, pollId, option);
      await steerMeta(a.ledger, pollId, { status: "closed", closedAt: Date.now() });
      await Promise.all([a.tender.tend(pollId), b.tender.tend(pollId)]);
      const { final } = await a.ledger.record(pollId);
      expect(final).toMatchObject({ votes: [1, 2, 0], participantCount: 3 });
      for (const { view } of [a, b]) {
        expect(await view.read(pollId)).toMatchObject({ tally: { votes: [1, 2, 0], final: true } });
      }
      expect(await bench.stored(pollId)).toMatchObject({ status: "closed", participants: { size: 3 } });
    },
    PATIENT_MS,
  );

  test(
    "[K75] after the final result nothing counts any more, wherever it turns up",
    async () => {
      const node = await bench.node();
      const { pollId } = await openPoll(node);
      const voter = await castByTheDead(node, pollId, 1);
      await steerMeta(node.ledger, pollId, { status: "closed", closedAt: Date.now() });
      await node.tender.tend(pollId);
      const meta = await metaOf(node.ledger, pollId);
      const late = [registered(newVoter(), 2), registered(voter, 3, 9)];
      await node.ledger.append(meta, "late", late);
      // Into Redis as well, past the product: the state of a master that had counted on.
      const key = `poll:{${pollId}}`;
      const master = await bench.redis.masterOf(key);
      await master.redis.hset(`${key}:ballots`, newVoter(), "4:opt-2", voter, "9:opt-3");
      await master.redis.hset(`${key}:votes`, "opt-1", 0, "opt-2", 1, "opt-3", 1);
      await node.ledger.putOpen({ pollId, closesAt: 0, ending: true });
      await node.tender.tend(pollId, [], { pollId, closesAt: 0, ending: true });
      const expected = { status: "closed", ballots: asStored([registered(voter, 1)]) };
      expect(await bench.stored(pollId)).toMatchObject(expected);
      await bench.wipe();
      await node.tender.tend(pollId);
      expect(await bench.stored(pollId)).toMatchObject(expected);
      expect(
        await node.view.choicesOf(
          pollId,
          late.map((ballot) => ballot.voter),
        ),
      ).toEqual([null, { optionIds: ["opt-1"], revision: 1 }] as never); // ids of options, by hand
    },
    PATIENT_MS,
  );

  test(
    "[K77] a poll that was never in Redis is closed without it",
    async () => {
      const node = await bench.node("a", false);
      const { pollId } = await openPoll(node, {}, false);
      await node.ledger.put(await metaOf(node.ledger, pollId), registered(newVoter(), 2), null);
      await steerMeta(node.ledger, pollId, { status: "closed", closedAt: Date.now() });
      await node.tender.tend(pollId, [], { pollId, closesAt: 0, ending: true });
      expect(await node.view.read(pollId)).toMatchObject({ tally: { votes: [0, 1, 0], final: true } });
      expect((await openOf(node.ledger, pollId)).polls).toEqual([]);
    },
    PATIENT_MS,
  );

  test("[K82] the result waits for the leases of nodes that have not heard of the close, and for memories where Redis lost some", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const { pollId: lost } = await openPoll(node);
    await bench.redis.masterOf(0).then((master) => master.redis.del(`poll:{${lost}}:state`));
    for (const id of [pollId, lost])
      await steerMeta(node.ledger, id, { status: "closed", closedAt: Date.now() });
    const waits = async (id: PollId) => {
      const outcome = await closeStep(node.ports, id, await metaOf(node.ledger, id));
      return typeof outcome === "object" && "waitMs" in outcome ? outcome.waitMs : 0;
    };
    const [lease, patience] = [await waits(pollId), await waits(lost)];
    expect(lease).toBeGreaterThan(1_500);
    expect(lease).toBeLessThanOrEqual(2_000);
    expect(patience).toBeGreaterThan(14_000);
    expect(patience).toBeLessThanOrEqual(15_000);
    const again = await waits(pollId);
    expect(again).toBeLessThan(lease);
    expect((await node.ledger.record(pollId)).final).toBeNull();
  });

  test("[K82] while Redis is away there is no result of a poll that was there, whatever the ledger has", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    await steerMeta(node.ledger, pollId, { status: "closed", closedAt: Date.now() });
    const [port = 0] = await freePorts(1);
    const redis = new RedisTier({
      settings: { nodes: [{ host: "127.0.0.1", port }] },
      breakers: new StoreBreakers(),
      onTrouble: () => {},
      onError: () => {},
    });
    const tender = new Tender({ ...node.ports, redis, view: node.view });
    try {
      await tender.tend(pollId);
      const meta = await metaOf(node.ledger, pollId);
      await expect(closeStep({ ...node.ports, redis }, pollId, meta)).rejects.toBeInstanceOf(Outage);
      expect((await node.ledger.record(pollId)).final).toBeNull();
    } finally {
      await tender.close();
      await redis.close();
    }
  });
});
