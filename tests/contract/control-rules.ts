import { expect, test } from "bun:test";
import { draftControl } from "../../server/app/poll.ts";
import { newPollId } from "../../shared/ids.ts";
import { GRACE_MS } from "../../shared/limits.ts";
import {
  auditOf,
  ballotOf,
  closedControl,
  definitionOf,
  newVoter,
  openControl,
} from "../support/fixtures.ts";
import { type PollStoreBench, refusalOf } from "./poll-store-harness.ts";

/** What becomes of a poll: made, steered, ended, removed, and its history. */
export function controlRules(bench: PollStoreBench): void {
  test("[P2] a new poll reads back as it was written, with nothing counted", async () => {
    const definition = definitionOf({ question: "Tea, “coffee” or ☕?", settings: { maxChoices: 2 } });
    const control = openControl(definition, bench.now());
    expect(await bench.store.create(definition, control, auditOf("created"))).toBe("created");
    const poll = await bench.read(definition.pollId);
    expect(poll.definition).toEqual(definition);
    expect(poll.control).toEqual(control);
    expect(poll.tally).toMatchObject({ votes: [0, 0, 0], participantCount: 0, viewerCount: 0 });
  });

  test("[P2] a code nobody was given has no poll, no choices and no history", async () => {
    const pollId = newPollId();
    expect(await bench.store.read(pollId)).toBeNull();
    expect(await bench.store.choicesOf(pollId, [newVoter()])).toEqual([null]);
    expect(await bench.store.audit(pollId)).toEqual([]);
    const control = closedControl(openControl(definitionOf()));
    expect(await bench.store.steer({ pollId, expectedSeq: 2, control, audit: auditOf("closed") })).toBe(
      "absent",
    );
    expect(refusalOf(await bench.store.cast(ballotOf(pollId, newVoter(), [1]))).code).toBe("POLL_NOT_FOUND");
  });

  test("[C1] a code is given out once, and never again after its poll was removed", async () => {
    const first = await bench.open({ question: "First?" });
    const second = { ...first, question: "Second?" };
    const create = () => bench.store.create(second, draftControl(second.settings), auditOf("created"));
    expect(await create()).toBe("taken");
    expect((await bench.read(first.pollId)).definition.question).toBe("First?");
    expect(await bench.remove(first.pollId)).toBe("done");
    expect(await create()).toBe("taken");
    expect(await bench.store.read(first.pollId)).toBeNull();
  });

  test("[C2] a change of control applies only to the state it was judged on", async () => {
    const { pollId } = await bench.open();
    const before = await bench.read(pollId);
    expect(await bench.steer(pollId, { visibility: "hidden" }, "hidden")).toBe("done");
    const late = {
      ...before.control,
      status: "closed",
      closedAt: bench.now(),
      seq: before.control.seq + 1,
    } as const;
    const outcome = await bench.store.steer({
      pollId,
      expectedSeq: before.control.seq,
      control: late,
      event: "closed",
      audit: auditOf("closed"),
    });
    expect(outcome).toBe("conflict");
    const after = await bench.read(pollId);
    expect(after.control).toEqual({ ...before.control, visibility: "hidden", seq: before.control.seq + 1 });
    expect((await bench.store.audit(pollId)).map(({ action }) => action)).toEqual(["created", "hidden"]);
  });

  test("[C2] of changes judged on the same state exactly one is done", async () => {
    const { pollId } = await bench.open();
    const steps = Array.from({ length: 5 }, () => bench.steer(pollId, { visibility: "hidden" }, "hidden"));
    const outcomes = await Promise.all(steps);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "conflict")).toHaveLength(4);
    expect(await bench.store.audit(pollId)).toHaveLength(2);
  });

  test("[C3] a rewritten draft has its new text, and once open its ballots are counted by it", async () => {
    const definition = definitionOf({ optionCount: 3 });
    const { pollId } = definition;
    const draft = draftControl(definition.settings);
    await bench.store.create(definition, draft, auditOf("created"));
    await bench.read(pollId);
    const rewritten = { ...definition, question: "Water?", options: definition.options.slice(0, 2) };
    const outcome = await bench.store.steer({
      pollId,
      expectedSeq: draft.seq,
      control: { ...draft, seq: draft.seq + 1 },
      definition: rewritten,
      audit: auditOf("rewritten"),
    });
    expect(outcome).toBe("done");
    expect(await bench.read(pollId)).toMatchObject({ definition: rewritten, tally: { votes: [0, 0] } });
    const openedAt = bench.now();
    await bench.steer(pollId, { status: "open", openedAt, closesAt: openedAt + 60_000 }, "opened");
    expect(refusalOf(await bench.store.cast(ballotOf(pollId, newVoter(), [3]))).code).toBe("UNKNOWN_OPTION");
    await bench.store.cast(ballotOf(pollId, newVoter(), [2]));
    expect(await bench.tally(pollId)).toEqual([[0, 1], 1]);
  });

  test("[C4] a removed poll is gone for reading, steering, voting and the clock", async () => {
    const { pollId } = await bench.open({}, { closesAt: bench.now() - GRACE_MS });
    const other = await bench.open();
    const voter = newVoter();
    await bench.store.cast(ballotOf(other.pollId, voter, [1]));
    const { control } = await bench.read(other.pollId);
    expect(await bench.remove(pollId)).toBe("done");
    expect(await bench.remove(other.pollId)).toBe("done");
    expect(await bench.store.read(other.pollId)).toBeNull();
    expect(await bench.store.choicesOf(other.pollId, [voter])).toEqual([null]);
    expect(refusalOf(await bench.store.cast(ballotOf(other.pollId, voter, [1]))).code).toBe("POLL_NOT_FOUND");
    expect(await bench.store.due(bench.now(), 10)).toEqual([]);
    const again = closedControl({ ...control, seq: control.seq + 1 });
    const steering = { pollId: other.pollId, control: again, audit: auditOf("closed") };
    expect(await bench.store.steer({ ...steering, expectedSeq: control.seq })).toBe("absent");
    expect(await bench.store.steer({ ...steering, expectedSeq: control.seq + 1 })).toBe("absent");
  });

  test("[C5] the history of host actions is kept in order, as it was written", async () => {
    const { pollId } = await bench.open();
    await bench.steer(pollId, { visibility: "hidden" }, "hidden");
    const { control } = await bench.read(pollId);
    // Written with an earlier time than the entry before it: the order is that of the changes, not of a clock.
    const last = { at: bench.now() - 5_000, action: "closed", by: "clock" } as const;
    await bench.store.steer({
      pollId,
      expectedSeq: control.seq,
      control: closedControl(control, bench.now()),
      event: "closed",
      audit: last,
    });
    const entries = await bench.store.audit(pollId);
    expect(entries.map(({ action, by }) => [action, by])).toEqual([
      ["created", "host"],
      ["hidden", "host"],
      ["closed", "clock"],
    ]);
    expect(entries.at(-1)).toEqual(last);
  });

  test("[P5] due are the open polls whose time and grace have passed, and no more than asked for", async () => {
    const ended = { closesAt: bench.now() - GRACE_MS };
    const due = [await bench.open({}, ended), await bench.open({}, { closesAt: ended.closesAt - 5_000 })];
    await bench.open({}, { closesAt: bench.now() });
    await bench.open();
    await bench.open({}, { status: "draft", openedAt: null, closesAt: null });
    const { pollId: closed } = await bench.open({}, ended);
    await bench.close(closed);
    const ids = (await bench.store.due(bench.now(), 10)).toSorted();
    expect(ids).toEqual(due.map(({ pollId }) => pollId).toSorted());
    expect(await bench.store.due(bench.now(), 1)).toHaveLength(1);
  });

  test("[P5] an extended poll is not due at its old end", async () => {
    const { pollId } = await bench.open({}, { closesAt: bench.now() - GRACE_MS });
    await bench.steer(pollId, { closesAt: bench.now() + 60_000 }, "extended");
    expect(await bench.store.due(bench.now(), 10)).toEqual([]);
    expect((await bench.store.cast(ballotOf(pollId, newVoter(), [1]))).kind).toBe("accepted");
  });
}
