import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { ballotFrameId } from "../../../client/reduce-frame.ts";
import { UnsentBallot } from "../../../client/unsent-ballot.ts";
import { newPollId } from "../../../shared/ids.ts";
import type { ClientFrame, ServerMessage } from "../../../shared/messages.ts";
import type { RefusalCode } from "../../../shared/refusals.ts";
import { NOON } from "../../support/fixtures.ts";
import { ManualTimer } from "./client-fixtures.ts";

type Cast = Extract<ClientFrame, { type: "CAST_VOTE" }>;

/** The ballot of one page; `connected` says whether frames go out. */
class Page {
  connected = true;
  renewals = 0;
  readonly sent: Cast[] = [];
  readonly told: string[] = [];
  /** Codes of what was refused for good. */
  readonly refused: RefusalCode[] = [];
  readonly ballot: UnsentBallot;

  constructor(
    readonly pollId: string = newPollId(),
    readonly timer = new ManualTimer(),
  ) {
    this.ballot = new UnsentBallot({
      pollId,
      timer,
      send: (frame) => {
        if (this.connected && frame.type === "CAST_VOTE") this.sent.push(frame);
        return this.connected;
      },
      renewVoter: () => this.renewals++,
      onEvent: ({ type }) => this.told.push(type),
      onRefused: (_ballot, code) => this.refused.push(code),
    });
  }

  get revisions(): (number | undefined)[] {
    return this.sent.map(({ data }) => data.revision);
  }

  accept(revision: number): void {
    const { pollId } = this;
    const data = { pollId, optionIds: ["opt-1"], revision, durability: "embedded", repeated: false } as const;
    this.ballot.answered({ type: "VOTE_ACCEPTED", data: { ...data, optionIds: ["opt-1"] } });
  }

  refuse(code: RefusalCode, revision: number, more = {}): void {
    const data = { code, message: code, ...more };
    this.ballot.answered({ type: "ERROR", id: ballotFrameId(revision), data } satisfies ServerMessage);
  }
}

class MemoryStorage {
  readonly entries = new Map<string, string>();
  getItem(key: string): string | null {
    return this.entries.get(key) ?? null;
  }
  setItem(key: string, text: string): void {
    this.entries.set(key, text);
  }
}

function installStorage(get: () => MemoryStorage): void {
  Object.defineProperty(globalThis, "localStorage", { configurable: true, get });
}

const original = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
let storage: MemoryStorage;
beforeEach(() => {
  storage = new MemoryStorage();
  installStorage(() => storage);
});
afterEach(() => {
  if (original) Object.defineProperty(globalThis, "localStorage", original);
  else Reflect.deleteProperty(globalThis, "localStorage");
});

describe("sending", () => {
  test("[R2] a ballot carries its poll and a revision, which is the time", () => {
    const page = new Page();
    page.ballot.cast(["opt-2", "opt-3"]);
    expect(page.sent).toEqual([
      {
        type: "CAST_VOTE",
        id: ballotFrameId(NOON),
        data: { pollId: page.pollId, optionIds: ["opt-2", "opt-3"], revision: NOON },
      },
    ]);
    expect(page.told).toEqual(["sent"]);
  });

  test("[R2] revisions only grow, within a millisecond, after a clock set back and over a reload", () => {
    const page = new Page();
    page.ballot.cast(["opt-1"]);
    page.ballot.cast(["opt-2"]);
    page.accept(NOON + 1);
    const reloaded = new Page(page.pollId, new ManualTimer(NOON - 60_000));
    reloaded.ballot.cast(["opt-1"]);
    expect([...page.revisions, ...reloaded.revisions]).toEqual([NOON, NOON + 1, NOON + 2]);
  });

  test("[R2] not connected: kept, and sent with the same revision when connected", () => {
    const page = new Page();
    page.connected = false;
    page.ballot.cast(["opt-1"]);
    expect([page.sent, page.told]).toEqual([[], ["kept"]]);
    page.timer.advance(3_600_000);
    page.connected = true;
    page.ballot.connectionChanged(true);
    expect([page.revisions, page.told]).toEqual([[NOON], ["kept", "sent"]]);
  });

  test("[R2] without an answer it goes out again after ten seconds and over every reconnect, the same", () => {
    const page = new Page();
    page.ballot.cast(["opt-1"]);
    page.timer.advance(10_000);
    page.ballot.connectionChanged(false);
    page.timer.advance(60_000);
    page.ballot.connectionChanged(true);
    expect(page.revisions).toEqual([NOON, NOON, NOON]);
    expect(page.told).toEqual(["sent", "kept", "sent"]);
  });

  test("[R2] once counted it is not sent again", () => {
    const page = new Page();
    page.ballot.cast(["opt-1"]);
    page.accept(NOON);
    page.timer.advance(60_000);
    page.ballot.connectionChanged(true);
    expect(page.sent.length).toBe(1);
    expect(page.timer.waits).toEqual([]);
  });

  test("[R2] the answer to an older ballot does not settle the newer one", () => {
    const page = new Page();
    page.ballot.cast(["opt-1"]);
    page.ballot.cast(["opt-2"]);
    page.accept(NOON);
    page.ballot.connectionChanged(true);
    expect(page.revisions).toEqual([NOON, NOON + 1, NOON + 1]);
  });
});

describe("answers that say later", () => {
  test("[R2] pending: kept and sent again when the server says, until it is counted", () => {
    const page = new Page();
    page.ballot.cast(["opt-1"]);
    const data = { pollId: page.pollId, optionIds: ["opt-1"], revision: NOON, retryAfterMs: 300 };
    page.ballot.answered({ type: "VOTE_PENDING", data });
    page.timer.advance(299);
    expect(page.sent.length).toBe(1);
    page.timer.advance(1);
    expect(page.revisions).toEqual([NOON, NOON]);
  });

  test.each(["RATE_LIMITED", "UNAVAILABLE"] as const)("[R2] %s: again after the time it says", (code) => {
    const page = new Page();
    page.ballot.cast(["opt-1"]);
    page.refuse(code, NOON, { retryAfterMs: 900 });
    page.timer.advance(899);
    expect(page.sent.length).toBe(1);
    page.timer.advance(1);
    expect(page.sent.length).toBe(2);
  });

  test("[R9] no voter: it is renewed; a browser that keeps none is told so in the end", () => {
    const page = new Page();
    page.ballot.cast(["opt-1"]);
    for (let attempt = 1; attempt <= 3; attempt++) {
      page.refuse("NO_VOTER", NOON);
      expect(page.renewals).toBe(attempt);
      page.ballot.connectionChanged(true);
    }
    page.refuse("NO_VOTER", NOON);
    expect([page.renewals, page.refused]).toEqual([3, ["NO_VOTER"]]);
    page.ballot.connectionChanged(true);
    expect(page.sent.length).toBe(4);
  });
});

describe("answers that say no", () => {
  test.each([
    "ALREADY_VOTED",
    "POLL_CLOSED",
    "UNKNOWN_OPTION",
    "TOO_MANY_OPTIONS",
    "POLL_NOT_FOUND",
  ] as const)("[R2] %s is final: it is not sent again, also after a reload", (code) => {
    const page = new Page();
    page.ballot.cast(["opt-1"]);
    page.refuse(code, NOON);
    page.timer.advance(60_000);
    const reloaded = new Page(page.pollId);
    reloaded.ballot.resume();
    expect([page.sent.length, reloaded.sent.length, page.refused]).toEqual([1, 0, [code]]);
  });

  test("[R2] the refusal of something else settles nothing", () => {
    const page = new Page();
    page.ballot.cast(["opt-1"]);
    page.refuse("POLL_CLOSED", NOON - 1);
    page.timer.advance(10_000);
    expect(page.sent.length).toBe(2);
  });
});

describe("storage", () => {
  test("[R2] a ballot that was not counted outlives the page, one that was does not come back", () => {
    const page = new Page();
    page.connected = false;
    page.ballot.cast(["opt-3"]);
    const reloaded = new Page(page.pollId, new ManualTimer(NOON + 9_000));
    reloaded.ballot.resume();
    expect(reloaded.sent[0]?.data).toMatchObject({ optionIds: ["opt-3"], revision: NOON });
    reloaded.accept(NOON);
    const again = new Page(page.pollId);
    again.ballot.resume();
    expect(again.sent).toEqual([]);
  });

  test("[R2] the answer to this tab's ballot does not throw away another tab's newer one", () => {
    const first = new Page();
    first.ballot.cast(["opt-1"]);
    const second = new Page(first.pollId);
    second.connected = false;
    second.ballot.cast(["opt-2"]);
    first.accept(NOON);
    const reloaded = new Page(first.pollId);
    reloaded.ballot.resume();
    expect(reloaded.sent[0]?.data).toMatchObject({ optionIds: ["opt-2"], revision: NOON + 1 });
  });

  test("[U13] blocked storage does not keep anybody from voting", () => {
    installStorage(() => {
      throw new Error("SecurityError");
    });
    const page = new Page();
    page.connected = false;
    page.ballot.cast(["opt-1"]);
    page.connected = true;
    page.ballot.connectionChanged(true);
    page.accept(NOON);
    expect(page.revisions).toEqual([NOON]);
    page.ballot.cast(["opt-2"]);
    expect(page.revisions).toEqual([NOON, NOON + 1]);
  });

  test.each([
    "{",
    "null",
    "[]",
    '{"revision":"now","optionIds":["opt-1"],"unsent":true}',
    '{"revision":1,"unsent":true}',
  ])("[U13] what is in storage and is no ballot is no ballot: %s", (text) => {
    const page = new Page();
    storage.setItem(`pollcast:ballot:${page.pollId}`, text);
    page.ballot.resume();
    expect(page.sent).toEqual([]);
    page.ballot.cast(["opt-1"]);
    expect(page.revisions).toEqual([NOON]);
  });
});
