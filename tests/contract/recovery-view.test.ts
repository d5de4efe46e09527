import { describe, expect, test } from "bun:test";
import { isNewer, nextVersion, type Poll } from "../../server/app/poll.ts";
import { checksumOf } from "../../server/store/tiers/ledger.ts";
import type { PollId } from "../../shared/ids.ts";
import { definitionOf, newVoter, options } from "../support/fixtures.ts";
import { waitFor } from "../support/wait-for.ts";
import {
  metaOf,
  openPoll,
  RecoveryBench,
  type RecoveryNode,
  registered,
  steerMeta,
} from "./recovery-bench.ts";

describe("the poll as the ledger has it", () => {
  const bench = new RecoveryBench({ withRedis: false });

  /** Puts a ballot as the way past Redis does. */
  async function vote({ ledger, view }: RecoveryNode, pollId: PollId, option: number) {
    const voter = newVoter();
    const ballot = registered(voter, option);
    expect(await ledger.put(await metaOf(ledger, pollId), ballot, null)).toBe("put");
    view.note(pollId, ballot);
    return voter;
  }

  async function read({ view }: Pick<RecoveryNode, "view">, pollId: PollId): Promise<Poll> {
    const poll = await view.read(pollId);
    if (!poll) throw new Error(`Poll ${pollId} is not there.`);
    return poll;
  }

  const votesIn = async (node: RecoveryNode, pollId: PollId) => (await read(node, pollId)).tally.votes;

  test("[K78] what this node has put is read here at once, and what another has put soon after", async () => {
    const [a, b] = [await bench.node("a"), await bench.node("b")];
    const { pollId } = await openPoll(a);
    for (const expected of [1, 2, 3]) {
      await vote(a, pollId, 1);
      expect(await votesIn(a, pollId)).toEqual([expected, 0, 0]);
    }
    expect(await votesIn(b, pollId)).toEqual([3, 0, 0]);
    await vote(b, pollId, 2);
    expect(await votesIn(b, pollId)).toEqual([3, 1, 0]);
    await waitFor("the other's ballot", async () => (await votesIn(a, pollId))[1] === 1);
    expect(await votesIn(a, pollId)).toEqual([3, 1, 0]);
  });

  test("[K78] who has just started counts, and does not believe a count that is there already", async () => {
    const a = await bench.node("a");
    const { pollId } = await openPoll(a);
    await vote(a, pollId, 1);
    await votesIn(a, pollId);
    await a.ledger.append(await metaOf(a.ledger, pollId), "pack", [registered(newVoter(), 3)]);
    expect(await votesIn(await bench.node("b"), pollId)).toEqual([1, 0, 1]);
  });

  test("[K78] one node counts, and others that have put nothing show its count under its version", async () => {
    const [a, b] = [await bench.node("a"), await bench.node("b")];
    const { pollId } = await openPoll(a);
    await read(b, pollId);
    await vote(a, pollId, 3);
    const counted = await read(a, pollId);
    const shown = await read(b, pollId);
    expect(shown.tally).toEqual(counted.tally);
  });

  test("[K78] everybody who asks at once shares one look, and nobody is told what was before he asked", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const before = node.view.read(pollId);
    await vote(node, pollId, 2);
    const after = await Promise.all(Array.from({ length: 20 }, () => read(node, pollId)));
    expect(new Set(after).size).toBe(1);
    expect(after[0]?.tally.votes).toEqual([0, 1, 0]);
    expect((await before)?.tally.participantCount).toBeLessThan(2);
  });

  test("[K78] a change of control and of viewers is a newer picture, and nothing newer is followed by something older", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const told: Poll[] = [];
    node.view.onChange((poll) => told.push(poll));
    const first = await read(node, pollId);
    await steerMeta(node.ledger, pollId, { visibility: "hidden" });
    const hidden = await read(node, pollId);
    expect(hidden.control.visibility).toBe("hidden");
    expect(isNewer(hidden.tally, first.tally)).toBe(true);
    await node.ledger.reportViewers(pollId, "a", 4);
    const watched = await read(node, pollId);
    expect(watched.tally.viewerCount).toBe(4);
    expect(isNewer(watched.tally, hidden.tally)).toBe(true);
    await vote(node, pollId, 1);
    // Told without being asked.
    await waitFor("the ballot to be told", () => told.at(-1)?.tally.votes[0] === 1);
    expect(told.slice(0, 3)).toEqual([first, hidden, watched]);
    for (const [index, poll] of told.slice(1).entries()) {
      expect(isNewer(poll.tally, told[index]?.tally ?? poll.tally)).toBe(true);
    }
  });

  test("[K78] a poll that Redis may have shown is shown in an epoch of its own; drafts and others need none", async () => {
    const node = await bench.node();
    const known = await openPoll(node, {}, true);
    const unknown = await openPoll(node);
    await vote(node, unknown.pollId, 1);
    expect((await read(node, known.pollId)).tally.epoch).toBe(2);
    expect((await metaOf(node.ledger, known.pollId)).epoch).toBe(2);
    expect((await read(node, unknown.pollId)).tally.epoch).toBe(1);
    // Whoever takes an epoch makes every other count stale.
    await vote(node, known.pollId, 1);
    await node.ledger.claimEpoch(known.pollId);
    expect((await read(node, known.pollId)).tally).toMatchObject({ epoch: 4, votes: [1, 0, 0] });
    await steerMeta(node.ledger, known.pollId, { status: "draft", openedAt: null, closesAt: null });
    expect((await read(node, known.pollId)).tally.votes).toEqual([0, 0, 0]);
    expect((await metaOf(node.ledger, known.pollId)).epoch).toBe(4);
  });

  test("[K78] a closed poll is counted until its result stands, which is shown whatever the ballots say then", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const voter = await vote(node, pollId, 1);
    await steerMeta(node.ledger, pollId, { status: "closed", closedAt: Date.now() });
    const counting = await read(node, pollId);
    expect(counting).toMatchObject({
      control: { status: "closed" },
      tally: { votes: [1, 0, 0], final: false },
    });
    const roll = [registered(voter, 2, 5)];
    await Promise.all([0, 1, 2].map((shard) => node.ledger.putRoll(pollId, "g", shard, roll)));
    const final = {
      epoch: 1,
      version: nextVersion(0, Date.now()),
      votes: [0, 1, 0],
      participantCount: 1,
      checksum: checksumOf(roll),
      generation: "g",
    };
    await node.ledger.putFinal(pollId, final);
    const result = await read(node, pollId);
    expect(result.tally).toMatchObject({ votes: [0, 1, 0], participantCount: 1, final: true });
    expect(isNewer(result.tally, counting.tally)).toBe(true);
    const late = await vote(node, pollId, 3);
    expect((await read(node, pollId)).tally.votes).toEqual([0, 1, 0]);
    expect(await node.view.choicesOf(pollId, [late, voter])).toEqual([
      null,
      { optionIds: options(2), revision: 5 },
    ]);
    expect(await node.view.counted(pollId, final, late)).toBeNull();
  });

  test("[K78] choices are those of the ledger and of what this node itself vouched for, the newer one", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    const [inLedger, both, neither] = [await vote(node, pollId, 1), await vote(node, pollId, 1), newVoter()];
    node.kept.keep(pollId, registered(both, 3, 2), "entry");
    expect(await node.view.choicesOf(pollId, [neither, both, inLedger])).toEqual([
      null,
      { optionIds: options(3), revision: 2 },
      { optionIds: options(1), revision: 1 },
    ]);
    expect(await node.view.choicesOf(definitionOf().pollId, [both])).toEqual([null]);
    node.kept.forget(pollId);
  });

  test("[K78] there is nothing to show of a poll that was removed, or never was", async () => {
    const node = await bench.node();
    const { pollId } = await openPoll(node);
    await read(node, pollId);
    await steerMeta(node.ledger, pollId, "removed");
    expect(await node.view.read(pollId)).toBeNull();
    expect(await node.view.read(definitionOf().pollId)).toBeNull();
  });
});
