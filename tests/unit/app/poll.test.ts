import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  draftControl,
  isDue,
  isNewer,
  maySeeResults,
  nextVersion,
  type PollControl,
  type Steered,
  type Steering,
  steer,
  takesBallots,
} from "../../../server/app/poll.ts";
import { GRACE_MS, MAX_DURATION_SECONDS } from "../../../shared/limits.ts";
import { resultsVisibility } from "../../../shared/messages.ts";
import { isRefusal } from "../../../shared/refusals.ts";
import { closedControl, definitionOf, NOON, openControl } from "../../support/fixtures.ts";

const definition = definitionOf({ durationSeconds: 60 });
const draft = draftControl(definition.settings);
const open = openControl(definition, NOON);
const closed = closedControl(open, NOON + 5_000);
const END = NOON + 60_000;

function steered(control: PollControl, step: Steering, now = NOON): Steered {
  const outcome = steer({ definition, control }, step, now);
  if (outcome === "unchanged" || isRefusal(outcome))
    throw new Error(`Not steered: ${JSON.stringify(outcome)}`);
  return outcome;
}

function refused(control: PollControl, step: Steering): string {
  const outcome = steer({ definition, control }, step, NOON);
  if (outcome === "unchanged" || !isRefusal(outcome))
    throw new Error(`Not refused: ${JSON.stringify(outcome)}`);
  return outcome.code;
}

describe("the life of a poll", () => {
  test("[C10] opening starts the time, which counts from then", () => {
    const { control, event } = steered(draft, { action: "open" }, NOON + 7);
    expect(event).toBe("opened");
    expect(control).toEqual({ ...draft, status: "open", openedAt: NOON + 7, closesAt: END + 7, seq: 2 });
  });

  test("[C10] a host's close is now, the clock's is the end that was announced", () => {
    expect(steered(open, { action: "close" }, NOON + 9).control).toMatchObject({
      status: "closed",
      closedAt: NOON + 9,
    });
    const expired = steered(open, { action: "expire" }, END + GRACE_MS + 400);
    expect(expired).toMatchObject({ event: "closed", control: { status: "closed", closedAt: END } });
  });

  test("[C10] asking for what already is changes nothing", () => {
    const asked: [PollControl, Steering["action"]][] = [
      [open, "open"],
      [closed, "close"],
      [closed, "expire"],
      [{ ...open, visibility: "hidden" }, "hide"],
      [{ ...open, visibility: "live" }, "reveal"],
    ];
    for (const [control, action] of asked) {
      expect(steer({ definition, control }, { action } as Steering, END + 60_000)).toBe("unchanged");
    }
  });

  test("[C10] a draft cannot be closed or extended, a closed poll not opened or extended", () => {
    expect(refused(draft, { action: "close" })).toBe("POLL_NOT_OPEN");
    expect(refused(draft, { action: "extend", seconds: 5 })).toBe("POLL_NOT_OPEN");
    expect(refused(closed, { action: "open" })).toBe("POLL_CLOSED");
    expect(refused(closed, { action: "extend", seconds: 5 })).toBe("POLL_CLOSED");
  });

  test("[C10] hiding and revealing go in every status", () => {
    for (const control of [draft, open, closed]) {
      const hidden = steered(control, { action: "hide" });
      expect(hidden).toMatchObject({
        event: "hidden",
        control: { visibility: "hidden", status: control.status },
      });
      expect(steered(hidden.control, { action: "reveal" })).toMatchObject({
        event: "revealed",
        control: { visibility: "live", status: control.status },
      });
    }
  });

  test("[C11] a poll may be extended to 30 days in all, counted from opening", () => {
    const rest = MAX_DURATION_SECONDS - definition.durationSeconds;
    const { control, event } = steered(open, { action: "extend", seconds: rest });
    expect([event, control.closesAt]).toEqual(["extended", NOON + MAX_DURATION_SECONDS * 1000]);
    expect(refused(open, { action: "extend", seconds: rest + 1 })).toBe("NOT_SUPPORTED");
    expect(refused(control, { action: "extend", seconds: 1 })).toBe("NOT_SUPPORTED");
  });

  test("[C10] whatever is asked, in any order, nothing reopens and every change is one step", () => {
    const simple = fc.constantFrom<Steering["action"]>("open", "close", "hide", "reveal", "expire");
    const step = fc.oneof(
      simple.map((action) => ({ action }) as Steering),
      fc.record({
        action: fc.constant("extend" as const),
        seconds: fc.integer({ min: 1, max: MAX_DURATION_SECONDS }),
      }),
    );
    const steps = fc.array(fc.tuple(step, fc.nat(MAX_DURATION_SECONDS * 1000)), { maxLength: 20 });
    fc.assert(
      fc.property(steps, (asked) => {
        const order = ["draft", "open", "closed"];
        let control = draft;
        let now = NOON;
        for (const [wanted, passed] of asked) {
          now += passed;
          const outcome = steer({ definition, control }, wanted, now);
          if (outcome === "unchanged" || isRefusal(outcome)) continue;
          const next = outcome.control;
          expect(next.seq).toBe(control.seq + 1);
          expect(order.indexOf(next.status)).toBeGreaterThanOrEqual(order.indexOf(control.status));
          expect((next.closesAt ?? 0) - (next.openedAt ?? 0)).toBeLessThanOrEqual(
            MAX_DURATION_SECONDS * 1000,
          );
          expect(next.closedAt === null).toBe(next.status !== "closed");
          // The same again is never a second change, except that extending goes on.
          if (wanted.action !== "extend")
            expect(steer({ definition, control: next }, wanted, now)).toBe("unchanged");
          control = next;
        }
      }),
    );
  });
});

describe("the end of a poll", () => {
  test("[B5] ballots are taken to the last millisecond of the grace, and the poll is due from the next", () => {
    const last = END + GRACE_MS - 1;
    expect([takesBallots(open, NOON), takesBallots(open, last), takesBallots(open, last + 1)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([isDue(open, last), isDue(open, last + 1)]).toEqual([false, true]);
  });

  test("[B4] drafts and closed polls take no ballots and are never due", () => {
    for (const control of [draft, closed]) {
      expect(takesBallots(control, NOON)).toBe(false);
      expect(isDue(control, END + GRACE_MS)).toBe(false);
    }
  });
});

describe("who may see results", () => {
  const seenBy = (visibility: PollControl["visibility"], control: PollControl) =>
    (["public", "voted", "host"] as const).filter((audience) =>
      maySeeResults({ ...control, visibility }, audience),
    );

  test("[C12] live for all, after voting for voters, after the close for all, hidden for none but the host", () => {
    expect(seenBy("live", open)).toEqual(["public", "voted", "host"]);
    expect(seenBy("afterVote", open)).toEqual(["voted", "host"]);
    expect(seenBy("afterVote", closed)).toEqual(["public", "voted", "host"]);
    expect(seenBy("afterClose", open)).toEqual(["host"]);
    expect(seenBy("afterClose", closed)).toEqual(["public", "voted", "host"]);
    expect(seenBy("hidden", open)).toEqual(["host"]);
    expect(seenBy("hidden", closed)).toEqual(["host"]);
  });

  test("[C12] a new poll shows its results as its settings say", () => {
    for (const visibility of resultsVisibility.options) {
      expect(draftControl({ ...definition.settings, resultsVisibility: visibility }).visibility).toBe(
        visibility,
      );
    }
  });
});

describe("versions", () => {
  const wholeMs = fc.integer({ min: 0, max: Date.UTC(2255, 0, 1) });
  const version = fc.nat({ max: Number.MAX_SAFE_INTEGER - 2 });

  test("[C7] the next version is greater than the last, whatever the clock says, and a safe integer", () => {
    fc.assert(
      fc.property(version, wholeMs, (previous, now) => {
        const next = nextVersion(previous, now);
        expect(next).toBeGreaterThanOrEqual(previous + 2);
        expect(Number.isSafeInteger(next)).toBe(true);
      }),
    );
  });

  test("[C7] newer is a strict order: the epoch decides, then the version", () => {
    const pair = fc.record({ epoch: fc.nat(3), version: fc.nat(3) });
    fc.assert(
      fc.property(pair, pair, (a, b) => {
        const same = a.epoch === b.epoch && a.version === b.version;
        expect([isNewer(a, b), isNewer(b, a)].filter(Boolean)).toHaveLength(same ? 0 : 1);
        if (a.epoch > b.epoch) expect(isNewer(a, b)).toBe(true);
      }),
    );
  });
});
