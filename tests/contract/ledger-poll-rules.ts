import { expect, test } from "bun:test";
import { draftControl } from "../../server/app/poll.ts";
import { newPollId } from "../../shared/ids.ts";
import { auditOf, closedControl, definitionOf, openControl } from "../support/fixtures.ts";
import { CALLERS, type LedgerBench } from "./ledger-bench.ts";

const countOf = <Answer>(answers: readonly Answer[], answer: Answer) =>
  answers.filter((each) => each === answer).length;

/** META: made once, steered one step at a time, removed for good. */
export function ledgerPollRules(bench: LedgerBench): void {
  test("[K50] a poll reads back as it was written, with its history", async () => {
    const definition = definitionOf({ question: "Tea, “coffee” or ☕?", settings: { maxChoices: 2 } });
    const control = draftControl(definition.settings);
    const poll = { definition, control, inRedis: true };
    expect(await bench.ledger.meta(definition.pollId)).toBeNull();
    expect(await bench.ledger.create(poll, auditOf("created"))).toBe("created");
    const meta = await bench.meta(definition.pollId);
    expect(meta).toEqual({ ...poll, epoch: 1, shards: 16, audit: [auditOf("created")] });
  });

  test("[K50] many make a poll under the same code: one does, and a removed one keeps its code", async () => {
    const base = definitionOf();
    const answers = await bench.race((ledger, caller) => {
      const definition = { ...base, question: `Of ${caller}?` };
      const control = draftControl(definition.settings);
      return ledger.create({ definition, control, inRedis: false }, auditOf("created"));
    });
    expect([countOf(answers, "created"), countOf(answers, "taken")]).toEqual([1, CALLERS - 1]);
    const meta = await bench.meta(base.pollId);
    expect(meta.definition.question).toBe(`Of ${answers.indexOf("created")}?`);
    expect(await bench.remove(meta)).toBe("done");
    const again = { definition: base, control: draftControl(base.settings), inRedis: false };
    expect(await bench.ledger.create(again, auditOf("created"))).toBe("taken");
    expect(await bench.ledger.meta(base.pollId)).toBe("removed");
  });

  test("[K51] of many steps from the same state one is taken", async () => {
    const { definition, control } = await bench.open();
    const closed = closedControl(control);
    const answers = await bench.race((ledger, caller) => {
      const step = { id: `step ${caller}`, pollId: definition.pollId, expectedSeq: control.seq };
      return ledger.steer({ ...step, control: { ...closed, closedAt: caller }, audit: auditOf("closed") });
    });
    expect([countOf(answers, "done"), countOf(answers, "conflict")]).toEqual([1, CALLERS - 1]);
    const meta = await bench.meta(definition.pollId);
    expect(meta.control).toEqual({ ...closed, closedAt: answers.indexOf("done") });
    expect(meta.audit.map(({ action }) => action)).toEqual(["created", "closed"]);
  });

  test("[K51] a step that is sent again is taken once and answered the same, also when others followed", async () => {
    const { definition, control } = await bench.open();
    const { pollId } = definition;
    const hidden = { ...control, visibility: "hidden", seq: control.seq + 1 } as const;
    const step = { id: "hide", pollId, expectedSeq: control.seq, control: hidden, audit: auditOf("hidden") };
    expect(await bench.race((ledger) => ledger.steer(step))).toEqual(Array(CALLERS).fill("done"));
    const closed = closedControl(hidden);
    const close = { id: "close", pollId, expectedSeq: hidden.seq, control: closed, audit: auditOf("closed") };
    expect(await bench.ledger.steer(close)).toBe("done");
    expect(await bench.ledger.steer(step)).toBe("done");
    const { audit, control: stands } = await bench.meta(pollId);
    expect(stands).toEqual(closed);
    expect(audit.map(({ action }) => action)).toEqual(["created", "hidden", "closed"]);
  });

  test("[K51] a draft is rewritten with the step that does it", async () => {
    const definition = definitionOf();
    const { pollId } = definition;
    const control = draftControl(definition.settings);
    await bench.ledger.create({ definition, control, inRedis: false }, auditOf("created"));
    const rewritten = { ...definition, question: "Rewritten?" };
    const next = { ...control, seq: 2 };
    const step = { id: "rewrite", pollId, expectedSeq: 1, definition: rewritten, control: next };
    expect(await bench.ledger.steer({ ...step, audit: auditOf("rewritten") })).toBe("done");
    expect(await bench.meta(pollId)).toMatchObject({ definition: rewritten, control: next });
  });

  test("[K51] a removal leaves the used code alone, may be sent again, and ends all steering", async () => {
    const { definition, control } = await bench.open();
    const { pollId } = definition;
    const step = { id: "gone", pollId, expectedSeq: control.seq, audit: auditOf("removed") };
    expect(await bench.ledger.steer({ ...step, expectedSeq: 9, control: "removed" })).toBe("conflict");
    expect(await bench.ledger.steer({ ...step, control: "removed" })).toBe("done");
    expect(await bench.other.steer({ ...step, control: "removed" })).toBe("done");
    expect(await bench.ledger.steer({ ...step, id: "other", control: "removed" })).toBe("absent");
    expect(await bench.ledger.steer({ ...step, id: "close", control: closedControl(control) })).toBe(
      "absent",
    );
    expect(await bench.ledger.steer({ ...step, pollId: newPollId(), control })).toBe("absent");
    expect(await bench.ledger.meta(pollId)).toBe("removed");
    await bench.ledger.noteInRedis(pollId);
    expect(await bench.ledger.claimEpoch(pollId)).toBe(0);
    expect(await bench.ledger.record(pollId)).toEqual({
      meta: "removed",
      tally: null,
      final: null,
      viewerCount: 0,
    });
  });

  test("[K52] no two who take an epoch take the same, and each is greater than all before", async () => {
    const { definition } = await bench.open();
    const { pollId } = definition;
    const taken = await bench.race((ledger) => ledger.claimEpoch(pollId));
    expect(new Set(taken).size).toBe(CALLERS);
    expect((await bench.meta(pollId)).epoch).toBe(Math.max(...taken));
    expect(await bench.other.claimEpoch(pollId)).toBeGreaterThan(Math.max(...taken));
    expect(await bench.ledger.claimEpoch(newPollId())).toBe(0);
    expect(await bench.ledger.meta(newPollId())).toBeNull();
  });

  test("[K52] taking epochs and telling Redis are no steps of the host", async () => {
    const { definition, control } = await bench.open();
    await bench.ledger.noteInRedis(definition.pollId);
    await bench.ledger.claimEpoch(definition.pollId);
    expect(await bench.meta(definition.pollId)).toMatchObject({ control, inRedis: true, epoch: 2 });
  });

  test("[K57] a poll that is born open can be found before it can be voted in; a draft needs nothing", async () => {
    const { definition, control } = await bench.open();
    const draft = definitionOf();
    const made = { definition: draft, control: draftControl(draft.settings), inRedis: false };
    await bench.ledger.create(made, auditOf("created"));
    const partitions = Array.from({ length: bench.ledger.openPartitions }, (_, index) => index);
    const open = (await Promise.all(partitions.map((index) => bench.other.openPartition(index)))).flatMap(
      ({ polls }) => polls,
    );
    const found = (pollId: string) => open.filter((poll) => poll.pollId === pollId);
    const { pollId } = definition;
    expect(found(pollId)).toEqual([{ pollId, closesAt: control.closesAt ?? 0, ending: false }]);
    expect(found(draft.pollId)).toEqual([]);
    const later = openControl(definition, (control.openedAt ?? 0) + 60_000);
    const again = { definition, control: later, inRedis: false };
    expect(await bench.ledger.create(again, auditOf("created"))).toBe("taken");
  });
}
