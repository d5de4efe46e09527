import { describe, expect, test } from "bun:test";
import { Sweep } from "../../server/store/tiers/sweep.ts";
import { GRACE_MS } from "../../shared/limits.ts";
import { newVoter } from "../support/fixtures.ts";
import { waitFor } from "../support/wait-for.ts";
import {
  asStored,
  castByTheDead,
  metaOf,
  openOf,
  openPoll,
  PATIENT_MS,
  RecoveryBench,
  type RecoveryNode,
  registered,
  steerMeta,
} from "./recovery-bench.ts";

describe("the sweep", () => {
  const bench = new RecoveryBench();

  const sweepOf = ({ ports, tender }: RecoveryNode) => new Sweep({ ...ports, tender });

  test("[K79] a state that was lost is made whole without anybody asking for the poll", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const ballot = registered(newVoter(), 1);
    await node.ledger.append(await metaOf(node.ledger, pollId), "one", [ballot]);
    await bench.wipe();
    const sweep = sweepOf(node);
    sweep.start();
    try {
      await waitFor("the state to be whole", async () => (await node.redis?.read(pollId)) !== "cold");
    } finally {
      sweep.stop();
    }
    expect((await bench.stored(pollId)).ballots).toEqual(asStored([ballot]));
  });

  test("[K79] the mark of a dead node is found, also where its poll is not listed any more", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const ballot = registered(newVoter(), 2);
    await node.ledger.put(await metaOf(node.ledger, pollId), ballot, null);
    await node.ledger.putMark({ pollId, mark: "gone.1/1" });
    await node.ledger.deleteOpen(pollId);
    const sweep = sweepOf(node);
    await sweep.pass();
    expect(sweep.figures).toMatchObject({ deadMarks: 1 });
    await node.tender.tend(pollId);
    expect((await bench.stored(pollId)).ballots).toEqual(asStored([ballot]));
    await waitFor("the mark to go", async () => {
      const { marks } = await openOf(node.ledger, pollId);
      return marks.every(({ mark }) => mark !== "gone.1/1");
    });
  });

  test("[K79] a living node's mark, also this one's own, is left alone", async () => {
    const [a, b] = [await bench.node("a"), await bench.node("b")];
    const { pollId } = await openPoll(a);
    await a.marks.under(pollId, async () => {
      for (const node of [a, b]) {
        const sweep = sweepOf(node);
        await sweep.pass();
        expect(sweep.figures.marks).toBeGreaterThan(0);
        expect(sweep.figures.deadMarks).toBe(0);
      }
    });
  });

  test(
    "[K79] a poll that was closed by a node that then died gets its final result",
    async () => {
      const node = await bench.node();
      const { pollId } = await openPoll(node);
      await castByTheDead(node, pollId, 2);
      await steerMeta(node.ledger, pollId, { status: "closed", closedAt: Date.now() });
      const sweep = sweepOf(node);
      await sweep.pass();
      await node.tender.tend(pollId);
      expect((await node.ledger.record(pollId)).final).toMatchObject({ votes: [0, 1, 0] });
      expect(await node.redis?.read(pollId)).toMatchObject({ settled: true });
      await sweep.pass();
      expect(await openOf(node.ledger, pollId)).toMatchObject({ polls: [] });
    },
    PATIENT_MS,
  );

  test("[K79] due are the listed polls whose time and grace have passed, by turns, and none that ends already", async () => {
    const node = await bench.node();
    const now = Date.now();
    const ended = [await openPoll(node), await openPoll(node)].map(({ pollId }) => pollId);
    const { pollId: closed } = await openPoll(node);
    const { pollId: running } = await openPoll(node);
    for (const pollId of ended)
      await node.ledger.putOpen({ pollId, closesAt: now - GRACE_MS, ending: false });
    await node.ledger.putOpen({ pollId: closed, closesAt: 0, ending: true });
    const sweep = sweepOf(node);
    const due = await sweep.due(now, 10);
    expect(due.filter((pollId) => ended.includes(pollId)).toSorted()).toEqual(ended.toSorted());
    expect(due).not.toContain(closed);
    expect(due).not.toContain(running);
    const turns = [...(await sweep.due(now, 1)), ...(await sweep.due(now, 1))];
    expect(new Set(turns).size).toBe(2);
    expect(await sweep.due(now - 1, 10)).toEqual([]);
  });
});
