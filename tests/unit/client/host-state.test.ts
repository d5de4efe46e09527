import { describe, expect, test } from "bun:test";
import { middleOf } from "../../../client/host-health.ts";
import {
  type HostState,
  initialHost,
  isGone,
  maySteer,
  missingPrevious,
  reduceHost,
  standingOf,
  stepsOf,
} from "../../../client/host-state.ts";
import { backOf, nextOf, orderAfter } from "../../../client/room-moves.ts";
import { everyPage } from "../../../client/texts/spoken.ts";
import { NOON } from "../../support/fixtures.ts";
import { anyRoom, hostData, hostView, steering, VISITORS_VIEW } from "./host-fixtures.ts";

const live = (state: HostState): HostState => reduceHost(state, { type: "connection", connection: "live" });
const withKey = (held: boolean) => ({ type: "key", held, claimable: false }) as const;

describe("who may steer", () => {
  test("[U51] nobody is taken for the host before the browser has looked, nor told to be none", () => {
    const state = initialHost(hostData());
    expect([standingOf(state), maySteer(state)]).toEqual(["asking", false]);
    const owner = initialHost(hostData({ view: hostView() }));
    expect([standingOf(owner), maySteer(owner)]).toEqual(["host", false]);
    expect(maySteer(reduceHost(owner, withKey(false)))).toBe(true);
  });

  test("[U51] without key and session one is a guest at once; with a key when the socket says so", () => {
    const state = initialHost(hostData());
    expect(standingOf(reduceHost(state, withKey(false)))).toBe("guest");
    const asking = reduceHost(state, withKey(true));
    expect(standingOf(asking)).toBe("asking");
    // A key of something else: the join was answered, and not as to a host.
    expect(standingOf(live(asking))).toBe("guest");
    const message = { type: "POLL_UPDATE", data: hostView().poll } as const;
    expect(standingOf(reduceHost(live(asking), { type: "frame", message, at: NOON }))).toBe("host");
  });

  test("[U51] an owner whose session has ended steers no more", () => {
    const owner = live(reduceHost(initialHost(hostData({ view: hostView() })), withKey(false)));
    expect(maySteer(owner)).toBe(true);
    const message = { type: "POLL_UPDATE", data: VISITORS_VIEW.poll } as const;
    const after = reduceHost(owner, { type: "frame", message, at: NOON });
    expect([standingOf(after), maySteer(after)]).toEqual(["guest", false]);
  });

  test("[U51] in a room it is the room that tells", () => {
    const room = anyRoom("B");
    const state = steering({ room: { ...room, host: false } });
    expect(standingOf(state)).toBe("guest");
    const message = { type: "ROOM_UPDATE", data: room } as const;
    expect(standingOf(reduceHost(state, { type: "frame", message, at: NOON }))).toBe("host");
  });
});

describe("steps", () => {
  test("[U52] a step whose answer was lost asks for no other try once it is seen to have been taken", () => {
    const lost = { type: "failed", failed: everyPage.noAnswer } as const;
    const frame = {
      type: "frame",
      message: { type: "ROOM_UPDATE", data: anyRoom("B", { seq: 8 }) },
      at: NOON,
    } as const;
    const begun = reduceHost(steering({ room: anyRoom("A") }), { type: "begun" });
    const failed = reduceHost(begun, lost);
    expect([failed.busy, failed.failed]).toEqual([false, everyPage.noAnswer]);
    expect(reduceHost(failed, frame).failed).toBeNull();
    // The frame may be the first to come.
    expect(reduceHost(reduceHost(begun, frame), lost).failed).toBeNull();
    // What was refused was not done, whatever came in between.
    const refused = reduceHost(reduceHost(begun, frame), { type: "failed", failed: "Not here." });
    expect(refused.failed).toBe("Not here.");
  });

  test("[U52] the steps are those that the poll's status allows", () => {
    const poll = hostView().poll;
    expect(stepsOf({ ...poll, status: "draft" })).toEqual(["open"]);
    expect(stepsOf({ ...poll, status: "open", visibility: "live" })).toEqual([
      "close",
      "hide",
      "extend",
      "extendMore",
    ]);
    expect(stepsOf({ ...poll, status: "open", visibility: "afterClose" })).toContain("reveal");
    expect(stepsOf({ ...poll, status: "closed", visibility: "hidden" })).toEqual(["reveal"]);
    expect(stepsOf({ ...poll, status: "closed", visibility: "afterClose" })).toEqual(["hide"]);
  });

  test("[U52] a step that failed says why until the next, and may be taken again", () => {
    const begun = reduceHost(steering(), { type: "begun" });
    expect(begun.busy).toBe(true);
    const failed = reduceHost(begun, { type: "failed", failed: "The server did not answer." });
    expect([failed.busy, failed.failed]).toEqual([false, "The server did not answer."]);
    expect(reduceHost(failed, { type: "begun" }).failed).toBeNull();
  });

  test("[U52] an answer is shown at once, unless something newer is", () => {
    const { poll, results } = hostView();
    const closed = { poll: { ...poll, status: "closed" as const, version: 101 }, results };
    const after = reduceHost(steering(), { type: "done", view: closed, at: NOON });
    expect(after.screen.poll?.poll.status).toBe("closed");
    const late = reduceHost(after, { type: "done", view: hostView({ version: 99 }), at: NOON });
    expect(late.screen.poll?.poll.status).toBe("closed");
  });

  test("[U57] the answer to going on has the room and its question, shown together", () => {
    const state = steering({ room: anyRoom("A"), view: hostView({ pollId: "A" }, { pollId: "A" }) });
    const view = hostView({ pollId: "B", question: "Question B?" }, { pollId: "B" });
    const { screen } = reduceHost(state, { type: "done", room: anyRoom("B", { seq: 8 }), view, at: NOON });
    expect([screen.room?.current, screen.poll?.poll.pollId]).toEqual(["B", "B"]);
    expect(screen.poll?.results.results).toEqual(view.results.results);
  });

  test("[U55] what is deleted here or elsewhere is gone; a room outlives one of its questions", () => {
    const removed = (pollId: string) =>
      ({
        type: "frame",
        message: { type: "POLL_SYSTEM", data: { pollId, event: "removed" } },
        at: NOON,
      }) as const;
    const alone = steering();
    expect(isGone(alone)).toBe(false);
    expect(isGone(reduceHost(alone, removed(hostView().poll.pollId)))).toBe(true);
    const inRoom = steering({ room: anyRoom("A"), view: hostView({ pollId: "A" }, { pollId: "A" }) });
    const after = reduceHost(inRoom, removed("A"));
    expect(isGone(after)).toBe(false);
    const message = { type: "ROOM_SYSTEM", data: { roomId: "ABC123", event: "removed" } } as const;
    expect(isGone(reduceHost(after, { type: "frame", message, at: NOON }))).toBe(true);
  });
});

describe("a room's list", () => {
  test("[U57] next and back go along the list and end with it", () => {
    const at = (current: string | null) => {
      const room = anyRoom(current);
      return [backOf(room)?.pollId ?? null, nextOf(room)?.pollId ?? null];
    };
    expect(at("A")).toEqual([null, "B"]);
    expect(at("C")).toEqual(["B", "D"]);
    expect(at("D")).toEqual(["C", null]);
  });

  test("[U57] a room that is at no question goes on with the first that was not asked, else with the first", () => {
    expect(nextOf(anyRoom(null))?.pollId).toBe("A");
    // The question that everybody was at, B, was removed.
    const { polls } = anyRoom("B");
    const room = anyRoom(null, { polls: polls.filter(({ pollId }) => pollId !== "B") });
    expect([backOf(room), nextOf(room)?.pollId]).toEqual([null, "C"]);
    const all = polls.map((poll) => ({ ...poll, asked: true }));
    expect(nextOf(anyRoom(null, { polls: all }))?.pollId).toBe("A");
    expect(nextOf(anyRoom(null, { polls: [] }))).toBeNull();
  });

  test("[U57] a question moves up or down by one, and not over the ends", () => {
    const room = anyRoom("A");
    expect(orderAfter(room, "C", -1)).toEqual(["A", "C", "B", "D"]);
    expect(orderAfter(room, "A", 1)).toEqual(["B", "A", "C", "D"]);
    for (const [pollId, by] of [
      ["A", -1],
      ["D", 1],
      ["nobody", 1],
    ] as const) {
      expect(orderAfter(room, pollId, by)).toEqual(["A", "B", "C", "D"]);
    }
  });
});

test("[U56] the poll that asked before is fetched once, and anew when the room moves on", () => {
  const state = steering({ view: hostView({ previousId: "BEFORE00" }) });
  expect(missingPrevious(steering())).toBeNull();
  expect(missingPrevious(state)).toBe("BEFORE00");
  // An answer that comes when the room has gone on is of a question that nobody looks at.
  expect(reduceHost(state, { type: "previous", view: hostView({ pollId: "OTHER000" }) })).toBe(state);
  const known = reduceHost(state, { type: "previous", view: hostView({ pollId: "BEFORE00" }) });
  expect(missingPrevious(known)).toBeNull();
  // As somebody without a key was shown it.
  const hidden = hostView({ pollId: "BEFORE00" }, { results: null });
  expect(missingPrevious(reduceHost(state, { type: "previous", view: hidden }))).toBe("BEFORE00");
});

test("[U53] one slow answer does not change the time that is shown; it is never nothing", () => {
  expect(middleOf([12, 14, 900, 11, 13])).toBe(13);
  expect(middleOf([0.2])).toBe(1);
});
