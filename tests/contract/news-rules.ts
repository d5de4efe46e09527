import { expect, test } from "bun:test";
import { draftControl, isNewer } from "../../server/app/poll.ts";
import type { PollId } from "../../shared/ids.ts";
import { newPollId } from "../../shared/ids.ts";
import { auditOf, ballotOf, definitionOf, newVoter } from "../support/fixtures.ts";
import type { PollStoreBench } from "./poll-store-harness.ts";

/** What followers of a poll are told. */
export function newsRules(bench: PollStoreBench): void {
  const news = () => bench.harness.news;

  /** Waits until followers have been told the poll as it reads now. */
  async function toldAsRead(pollId: PollId): Promise<void> {
    const { control, tally } = await bench.read(pollId);
    const told = await news().snapshot(pollId, (snapshot) => snapshot.tally.version >= tally.version);
    expect(told).toEqual({ kind: "snapshot", pollId, control, tally });
  }

  test("[C7] after a counted ballot followers are told the poll as it reads", async () => {
    const { pollId } = await bench.open({ settings: { allowChange: true } });
    const voter = newVoter();
    for (const [revision, option] of [1, 2, 3].entries()) {
      await bench.store.cast(ballotOf(pollId, voter, [option], revision));
      await toldAsRead(pollId);
    }
    await Promise.all(Array.from({ length: 30 }, () => bench.store.cast(ballotOf(pollId, newVoter(), [1]))));
    await toldAsRead(pollId);
    expect((await news().snapshot(pollId, () => true)).tally).toMatchObject({
      votes: [30, 0, 1],
      participantCount: 31,
    });
  });

  test("[C7] whatever changes, what is told later is newer by (epoch, version)", async () => {
    const { pollId } = await bench.open();
    const turns = [
      ["hidden", "hidden"],
      ["live", "revealed"],
      ["hidden", "hidden"],
    ] as const;
    for (const [index, [visibility, event]] of turns.entries()) {
      const round = index + 1;
      await Promise.all(
        Array.from({ length: 5 }, () => bench.store.cast(ballotOf(pollId, newVoter(), [round]))),
      );
      await bench.store.reportViewers(pollId, "node-1", round);
      await bench.steer(pollId, { visibility }, event);
      await bench.store.cast(ballotOf(pollId, newVoter(), [round]));
    }
    await bench.harness.reopen();
    await bench.store.cast(ballotOf(pollId, newVoter(), [1]));
    await toldAsRead(pollId);
    const tallies = news()
      .snapshotsOf(pollId)
      .map(({ tally }) => tally);
    expect(tallies.length).toBeGreaterThan(2);
    for (const [index, tally] of tallies.slice(1).entries()) {
      const before = tallies[index];
      expect(before && isNewer(tally, before)).toBe(true);
    }
  });

  test("[C8] steering is told as an event, then as a snapshot with the new control", async () => {
    const { pollId } = await bench.open();
    await bench.store.cast(ballotOf(pollId, newVoter(), [1]));
    await toldAsRead(pollId);
    const before = news().of(pollId).length;
    await bench.close(pollId);
    await news().snapshot(pollId, ({ control }) => control.status === "closed");
    const told = news().of(pollId).slice(before);
    expect(told[0]).toEqual({ kind: "event", pollId, event: "closed" });
    expect(told.at(-1)).toMatchObject({
      kind: "snapshot",
      control: { status: "closed" },
      tally: { votes: [1, 0, 0] },
    });
    await toldAsRead(pollId);
  });

  test("[C8] rewriting a draft is told as a snapshot without an event", async () => {
    const definition = definitionOf();
    const { pollId } = definition;
    const draft = draftControl(definition.settings);
    await bench.store.create(definition, draft, auditOf("created"));
    const rewritten = { ...definition, options: definition.options.slice(0, 2) };
    const control = { ...draft, seq: draft.seq + 1 };
    await bench.store.steer({
      pollId,
      expectedSeq: draft.seq,
      control,
      definition: rewritten,
      audit: auditOf("rewritten"),
    });
    await news().snapshot(pollId, ({ tally }) => tally.votes.length === 2);
    expect(
      news()
        .of(pollId)
        .filter(({ kind }) => kind === "event"),
    ).toEqual([]);
  });

  test("[C8] a change that lost the race is not told", async () => {
    const { pollId } = await bench.open();
    const { control } = await bench.read(pollId);
    const late = { pollId, expectedSeq: control.seq + 5, event: "closed", audit: auditOf("closed") } as const;
    await bench.store.steer({ ...late, control: { ...control, status: "closed", seq: control.seq + 6 } });
    await bench.steer(pollId, { visibility: "hidden" }, "hidden");
    await toldAsRead(pollId);
    expect(
      news()
        .of(pollId)
        .filter(({ kind }) => kind === "event"),
    ).toEqual([{ kind: "event", pollId, event: "hidden" }]);
  });

  test("[C4] removing is told as an event, and nothing after it", async () => {
    const { pollId } = await bench.open();
    await bench.store.cast(ballotOf(pollId, newVoter(), [1]));
    await bench.remove(pollId);
    await bench.store.reportViewers(pollId, "node-1", 3);
    await bench.store.cast(ballotOf(pollId, newVoter(), [1]));
    await news().event(pollId, "removed");
    expect(news().of(pollId).at(-1)).toEqual({ kind: "event", pollId, event: "removed" });
  });

  test("[C9] viewers are set for each node, added up over the nodes, and told", async () => {
    const { pollId } = await bench.open();
    for (const [node, count, sum] of [
      ["a", 5, 5],
      ["b", 2, 7],
      ["a", 1, 3],
      ["b", 0, 1],
      ["a", 0, 0],
    ] as const) {
      await bench.store.reportViewers(pollId, node, count);
      expect((await bench.read(pollId)).tally.viewerCount).toBe(sum);
      await toldAsRead(pollId);
    }
    await bench.store.reportViewers(newPollId(), "a", 1);
  });

  test("[C9] a change of viewers counts no ballots, and a ballot no viewers", async () => {
    const { pollId } = await bench.open();
    await bench.store.reportViewers(pollId, "a", 4);
    await bench.store.cast(ballotOf(pollId, newVoter(), [3]));
    await bench.store.reportViewers(pollId, "a", 5);
    expect((await bench.read(pollId)).tally).toMatchObject({
      votes: [0, 0, 1],
      participantCount: 1,
      viewerCount: 5,
    });
  });
}
