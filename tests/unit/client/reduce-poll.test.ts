import { describe, expect, test } from "bun:test";
import type { PollState } from "../../../client/poll-state.ts";
import { initialState, mayChoose, refusalText, secondsLeft } from "../../../client/poll-state.ts";
import { ballotFrameId, reduceFrame } from "../../../client/reduce-frame.ts";
import { type PollEvent, reducePoll } from "../../../client/reduce-poll.ts";
import { voter as texts } from "../../../client/texts/spoken.ts";
import type { ServerMessage } from "../../../shared/messages.ts";
import type { RefusalCode } from "../../../shared/refusals.ts";
import { NOON } from "../../support/fixtures.ts";
import {
  acceptedFor,
  anyState,
  anyView,
  ballotState,
  pollUpdateAfter,
  resultsAfter,
} from "./client-fixtures.ts";

const heard = (state: PollState, message: ServerMessage, at = NOON) => reduceFrame(state, message, at);
const after = (state: PollState, ...events: PollEvent[]) => events.reduce(reducePoll, state);
const choose = (optionId: string) => ({ type: "choose", optionIds: [optionId] }) as const;
const sent = (optionId: string, revision: number) =>
  ({ type: "sent", ballot: { optionIds: [optionId], revision } }) as const;
const refused = (code: RefusalCode, revision: number, more = {}): ServerMessage => ({
  type: "ERROR",
  id: ballotFrameId(revision),
  data: { code, message: `the server says ${code}`, ...more },
});

describe("pictures", () => {
  test("[U7] results that are older by (epoch, version) than those shown are dropped", () => {
    const state = anyState();
    const { epoch } = state.results;
    expect(heard(state, resultsAfter(state, -1))).toBe(state);
    expect(heard(state, resultsAfter(state, 0, { participantCount: 99 }))).toBe(state);
    expect(heard(state, resultsAfter(state, 5, { epoch: epoch - 1 }))).toBe(state);
    expect(heard(state, resultsAfter(state, 1, { participantCount: 99 })).results.participantCount).toBe(99);
    expect(
      heard(state, resultsAfter(state, -50, { epoch: epoch + 1, viewerCount: 8 })).results.viewerCount,
    ).toBe(8);
  });

  test("[U7] the same version with numbers replaces the one without: the voter has just voted", () => {
    const shown = anyState();
    const hidden = { ...shown, results: { ...shown.results, results: null, totalVotes: null } };
    const uncovered = heard(hidden, resultsAfter(shown, 0));
    expect(uncovered.results.results).toEqual(shown.results.results);
    expect(heard(uncovered, resultsAfter(hidden, 0))).toBe(uncovered);
  });

  test("[U7] a newer picture without numbers hides them", () => {
    const state = anyState();
    expect(heard(state, resultsAfter(state, 1, { results: null })).results.results).toBeNull();
  });

  test("[U7] a poll's update that is older is dropped, but its clock is believed", () => {
    const state = anyState();
    const late = pollUpdateAfter(state, -1, { question: "Old?", serverTime: NOON + 5_000 });
    const next = heard(state, late, NOON);
    expect(next.poll.question).toBe(state.poll.question);
    expect(next.clock.offset).toBe(5_000);
  });

  test("[U7] frames about another poll change nothing", () => {
    const state = anyState();
    const other = { pollId: "OTHERPO1" };
    expect(heard(state, pollUpdateAfter(state, 9, other))).toBe(state);
    expect(heard(state, resultsAfter(state, 9, other))).toBe(state);
    expect(heard(state, { type: "POLL_SYSTEM", data: { ...other, event: "removed" } })).toBe(state);
  });

  test("[U7] a server event of a later release is ignored", () => {
    const state = anyState();
    expect(heard(state, { type: "CONFETTI", data: { much: true } } as never)).toBe(state);
  });

  test("[U7] a removed poll is told as removed", () => {
    const state = anyState();
    const { pollId } = state.poll;
    expect(heard(state, { type: "POLL_SYSTEM", data: { pollId, event: "removed" } }).removed).toBe(true);
    const gone = { code: "POLL_NOT_FOUND", message: "gone", pollId } as const;
    expect(heard(state, { type: "ERROR", data: gone, id: "join" }).removed).toBe(true);
  });
});

describe("the ballot", () => {
  test("[U8] from nothing over chosen and sent to counted", () => {
    const none = anyState();
    expect([none.ballot.phase, mayChoose(none)]).toEqual(["none", true]);
    const chosen = after(none, choose("opt-2"));
    expect([chosen.ballot.phase, mayChoose(chosen)]).toEqual(["chosen", true]);
    const onTheWire = after(chosen, sent("opt-2", 7));
    expect([onTheWire.ballot.phase, mayChoose(onTheWire)]).toEqual(["sent", false]);
    const counted = heard(onTheWire, acceptedFor(onTheWire, "opt-2", 7));
    expect(counted.ballot.phase).toBe("counted");
    expect(counted.poll.yourVote).toEqual(["opt-2"]);
  });

  test("[U8] choosing nothing again is no choice", () => {
    expect(after(anyState(), choose("opt-1"), { type: "choose", optionIds: [] }).ballot.phase).toBe("none");
  });

  test("[U8] pending is never shown as counted, and another ballot's pending is not this one's", () => {
    const state = after(anyState(), sent("opt-1", 7));
    const { pollId } = state.poll;
    const pending = (revision: number) =>
      ({
        type: "VOTE_PENDING",
        data: { pollId, optionIds: ["opt-1"], revision, retryAfterMs: 500 },
      }) as const;
    expect(heard(state, pending(6))).toBe(state);
    const kept = heard(state, pending(7));
    expect(kept.ballot.phase).toBe("kept");
    expect(kept.poll.yourVote).toBeNull();
  });

  test("[U8] the yes to an older ballot does not settle the newer one", () => {
    const state = after(anyState(), sent("opt-2", 8));
    const next = heard(state, acceptedFor(state, "opt-1", 7));
    expect(next.ballot).toEqual(ballotState("sent", "opt-2", 8));
    expect(next.poll.yourVote).toEqual(["opt-1"]);
  });

  test("[U8] a vote is never taken back by an update that was on its way before it", () => {
    const waiting = after(anyState(), sent("opt-2", 7));
    const voted = heard(waiting, acceptedFor(waiting, "opt-2", 7));
    const next = heard(voted, pollUpdateAfter(voted, 1, { yourVote: null }));
    expect(next.poll.yourVote).toEqual(["opt-2"]);
    expect(next.ballot.phase).toBe("counted");
  });

  test("[U8] a vote in another tab of this voter counts here, too, but does not disturb one under way", () => {
    const elsewhere = (state: PollState) => heard(state, pollUpdateAfter(state, 1, { yourVote: ["opt-3"] }));
    expect(elsewhere(anyState()).ballot).toEqual(ballotState("counted", "opt-3"));
    expect(elsewhere(after(anyState(), choose("opt-1"))).ballot).toEqual(ballotState("counted", "opt-3"));
    const underWay = after(anyState(), sent("opt-1", 7));
    expect(elsewhere(underWay).ballot).toEqual(underWay.ballot);
  });

  test("[U8] a counted vote can be reconsidered and kept, and the close ends it", () => {
    const voted = initialState({ ...anyView(), poll: { ...anyView().poll, yourVote: ["opt-1"] } });
    const open = after(voted, { type: "reconsider" });
    expect([open.ballot.phase, mayChoose(open)]).toEqual(["chosen", true]);
    const switched = after(open, choose("opt-2"));
    expect(after(switched, { type: "keepVote" }).ballot).toEqual(ballotState("counted", "opt-1"));
    const closed = heard(switched, pollUpdateAfter(switched, 1, { status: "closed" }));
    expect(closed.ballot).toEqual(ballotState("counted", "opt-1"));
  });
});

describe("a vote that is reconsidered", () => {
  const voted = () => {
    const waiting = after(anyState(), sent("opt-1", 7));
    return heard(waiting, acceptedFor(waiting, "opt-1", 7));
  };

  test("[U8] the form stays open also while nothing is ticked in it", () => {
    const emptied = after(voted(), { type: "reconsider" }, { type: "choose", optionIds: [] });
    const told = heard(emptied, pollUpdateAfter(emptied, 1, { yourVote: ["opt-1"] }));
    expect([told.ballot, mayChoose(told)]).toEqual([ballotState("none"), true]);
  });

  test("[U8] a second answer to the vote that counts, or that of another tab, takes no choice away", () => {
    const open = after(voted(), { type: "reconsider" });
    const again = heard(open, acceptedFor(open, "opt-1", 7));
    expect([again.ballot, mayChoose(again)]).toEqual([open.ballot, true]);
    const switched = after(open, choose("opt-2"));
    const late = heard(switched, acceptedFor(switched, "opt-1", 7));
    expect([late.ballot, late.poll.yourVote]).toEqual([ballotState("chosen", "opt-2"), ["opt-1"]]);
    const other = heard(switched, pollUpdateAfter(switched, 1, { yourVote: ["opt-3"] }));
    expect([other.ballot, other.poll.yourVote]).toEqual([ballotState("chosen", "opt-2"), ["opt-3"]]);
    expect(after(other, { type: "keepVote" }).ballot).toEqual(ballotState("counted", "opt-3"));
  });
});

describe("the close", () => {
  const closing = () => {
    const waiting = after(anyState(), sent("opt-2", 7));
    return heard(waiting, pollUpdateAfter(waiting, 1, { status: "closed" }));
  };
  const pending = (state: PollState) => {
    const data = { pollId: state.poll.pollId, optionIds: ["opt-2"], revision: 7, retryAfterMs: 500 };
    return heard(state, { type: "VOTE_PENDING", data });
  };

  test("[U8][C13] closed is not final: that comes with the results, in whatever epoch they were settled", () => {
    const counting = heard(closing(), resultsAfter(anyState(), 1, { final: false }));
    expect([counting.poll.status, counting.results.final]).toEqual(["closed", false]);
    const { epoch } = counting.results;
    const settled = heard(counting, resultsAfter(counting, -50, { epoch: epoch + 1, final: true }));
    expect(settled.results.final).toBe(true);
    expect(heard(settled, resultsAfter(counting, 9, { final: false }))).toBe(settled);
  });

  test("[U8] a ballot that is pending when the poll closes is kept through counting and final result, then answered", () => {
    const kept = pending(closing());
    expect(kept.ballot).toEqual(ballotState("kept", "opt-2", 7));
    const settled = heard(kept, resultsAfter(kept, 1, { final: true }));
    expect(pending(settled).ballot.phase).toBe("kept");
    expect(heard(settled, acceptedFor(settled, "opt-2", 7)).ballot).toEqual(
      ballotState("counted", "opt-2", 7),
    );
    const late = heard(settled, refused("POLL_CLOSED", 7));
    expect([late.ballot.phase, late.notice]).toEqual(["none", texts.refused.POLL_CLOSED]);
  });
});

describe("refusals", () => {
  const waiting = () => after(anyState(), sent("opt-2", 7));

  test("[U9] ALREADY_VOTED shows the vote that stands and says so", () => {
    const next = heard(waiting(), refused("ALREADY_VOTED", 7, { yourVote: ["opt-1"] }));
    expect(next.ballot).toEqual(ballotState("counted", "opt-1"));
    expect(next.poll.yourVote).toEqual(["opt-1"]);
    expect(next.notice).toBe(texts.refused.ALREADY_VOTED);
  });

  test("[U9] a ballot that came too late is not shown as counted", () => {
    const next = heard(waiting(), refused("POLL_CLOSED", 7));
    expect([next.ballot.phase, next.notice]).toEqual(["none", texts.refused.POLL_CLOSED]);
  });

  test("[U9] a change that came too late leaves the vote that counted", () => {
    const next = heard(waiting(), refused("POLL_CLOSED", 7, { yourVote: ["opt-1"] }));
    expect(next.ballot).toEqual(ballotState("counted", "opt-1"));
  });

  test.each(["NO_VOTER", "RATE_LIMITED", "UNAVAILABLE"] as const)(
    "[U9] %s is not the voter's fault: the ballot is kept, without complaint",
    (code) => {
      const next = heard(waiting(), refused(code, 7));
      expect([next.ballot.phase, next.notice]).toEqual(["kept", null]);
    },
  );

  test.each(["TOO_MANY_OPTIONS", "UNKNOWN_OPTION", "BAD_MESSAGE", "POLL_NOT_OPEN"] as const)(
    "[U9] %s gives the form back, and says why in the reader's language",
    (code) => {
      const next = heard(waiting(), refused(code, 7));
      expect(next.ballot.phase).toBe("chosen");
      expect(next.notice).toBe(refusalText(code));
      expect(next.notice).not.toContain("the server says");
    },
  );

  test("[U9] a refusal of something else does not touch the ballot", () => {
    const state = waiting();
    expect(heard(state, refused("ALREADY_VOTED", 6))).toBe(state);
    expect(heard(state, { type: "ERROR", data: { code: "BAD_MESSAGE", message: "what?" } })).toBe(state);
  });

  test("[U9] a complaint is gone with the next step", () => {
    const complaining = heard(waiting(), refused("TOO_MANY_OPTIONS", 7));
    expect(after(complaining, choose("opt-1")).notice).toBeNull();
  });
});

describe("the clock", () => {
  test("[U12] time is left by the server's clock, whatever this machine's says", () => {
    const start = anyState();
    expect(secondsLeft(start)).toBe(60);
    // This machine is an hour ahead: its noon and one second is the server's eleven and one second.
    const told = heard(start, { type: "PONG", data: { serverTime: NOON + 1_000 } }, NOON + 3_601_000);
    expect(secondsLeft(told)).toBe(59);
    expect(secondsLeft(after(told, { type: "tick", at: NOON + 3_601_000 + 30_500 }))).toBe(29);
    expect(secondsLeft(after(told, { type: "tick", at: NOON + 9_999_000 }))).toBe(0);
  });

  test("[U12] a tick that changes no second changes nothing, so nothing is drawn", () => {
    const state = anyState();
    expect(after(state, { type: "tick", at: NOON + 200 })).toBe(state);
    const ticked = after(state, { type: "tick", at: NOON + 1_200 });
    expect(after(ticked, { type: "tick", at: NOON + 1_900 })).toBe(ticked);
  });

  test("[U12] a draft has no time left, a closed poll none", () => {
    const state = anyState();
    expect(secondsLeft({ ...state, poll: { ...state.poll, closesAt: null, status: "draft" } })).toBeNull();
    expect(secondsLeft({ ...state, poll: { ...state.poll, status: "closed" } })).toBe(0);
  });
});

test("[U9] what went wrong elsewhere is told, until the next step", () => {
  const told = after(anyState(), { type: "notice", notice: "no answer" });
  expect(told.notice).toBe("no answer");
  expect(after(told, choose("opt-1")).notice).toBeNull();
});
