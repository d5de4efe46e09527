import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HttpSocket } from "../../../client/http-socket.ts";
import { Link } from "../../../client/link.ts";
import type { Connection } from "../../../client/screen-state.ts";
import type { ServerMessage } from "../../../shared/messages.ts";
import { type Edge, type MadePoll, startEdge } from "../../support/start-edge.ts";
import { waitFor } from "../../support/wait-for.ts";
import { ManualTimer } from "./client-fixtures.ts";
import { Inbox } from "./scripted-node.ts";

/** A page's link over plain requests to a real edge. */
class Browser {
  readonly timer = new ManualTimer(Date.now());
  readonly frames = new Inbox<ServerMessage>();
  readonly connections = new Inbox<Connection>();
  readonly link: Link;

  constructor(join: ConstructorParameters<typeof Link>[0]["join"], looksOn = false) {
    this.link = new Link({
      timer: this.timer,
      random: () => 0.5,
      open: () => new HttpSocket({ timer: this.timer, random: () => 0.5, looksOn, isHidden: () => false }),
      join,
      renewVoter: async () => undefined,
      onFrame: (message) => this.frames.put(message),
      onConnection: (connection) => this.connections.put(connection),
    });
    this.link.connect();
    this.timer.advance(0);
  }

  async hears<Type extends ServerMessage["type"]>(type: Type) {
    const frame = await this.frames.until((each) => each.type === type);
    return frame as Extract<ServerMessage, { type: Type }>;
  }
}

let edge: Edge;
let isOut = false;
let onAnswer: (status: number) => void;
/** What an answer to a look waits for on its way back. */
let holdLook: () => Promise<void>;
let voter: { cookie: string };
const realFetch = globalThis.fetch;

beforeEach(async () => {
  edge = await startEdge();
  voter = await edge.newVoter();
  isOut = false;
  onAnswer = () => undefined;
  holdLook = async () => undefined;
  // As a page's `fetch`: addresses without a host, and this browser's cookie.
  const pageFetch = async (path: string, init: RequestInit = {}) => {
    if (isOut) throw new TypeError("Failed to fetch");
    const { cookie } = init.credentials === "omit" ? { cookie: "" } : voter;
    const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) };
    const answer = await edge.call(path, { ...init, headers });
    onAnswer(answer.status);
    if (init.method !== "POST") await holdLook();
    return answer;
  };
  globalThis.fetch = pageFetch as typeof fetch; // what the page uses of it
});
afterEach(async () => {
  globalThis.fetch = realFetch;
  await edge[Symbol.asyncDispose]();
});

const atPoll = ({ pollId }: Pick<MadePoll, "pollId">, looksOn = false) =>
  new Browser(() => ({ type: "JOIN_POLL", data: { pollId } }), looksOn);

describe("without a WebSocket", () => {
  test("[U42] it joins, and what changes arrives as the frames of a socket", async () => {
    const poll = await edge.makePoll();
    const page = atPoll(poll);
    expect(await page.hears("POLL_UPDATE")).toMatchObject({
      id: "join",
      data: { question: "Tea or coffee?" },
    });
    expect((await page.hears("RESULTS_UPDATE")).data.participantCount).toBe(0);
    expect(await page.connections.next()).toBe("live");
    await edge.send("POST", `${poll.path}/votes`, { optionId: "opt-2" }, await edge.newVoter());
    page.timer.advance(2_000);
    expect((await page.hears("RESULTS_UPDATE")).data.participantCount).toBe(1);
  });

  test("[U42] a vote is posted; its answer has the frame's id, and the results follow at once", async () => {
    const poll = await edge.makePoll({ settings: { resultsVisibility: "afterVote" } });
    const page = atPoll(poll);
    expect((await page.hears("RESULTS_UPDATE")).data.results).toBeNull();
    const cast = (optionId: string, revision: number) => {
      const data = { pollId: poll.pollId, optionIds: [optionId], revision };
      expect(page.link.send({ type: "CAST_VOTE", data, id: `ballot-${revision}` })).toBe(true);
    };
    cast("opt-2", 7);
    expect(await page.hears("VOTE_ACCEPTED")).toMatchObject({ id: "ballot-7", data: { revision: 7 } });
    expect((await page.hears("RESULTS_UPDATE")).data.results?.[1]?.votes).toBe(1);
    cast("opt-1", 8);
    const refused = await page.hears("ERROR");
    expect(refused).toMatchObject({ id: "ballot-8", data: { code: "ALREADY_VOTED", yourVote: ["opt-2"] } });
  });

  test("[U42][U8] what was looked up before a vote was answered is not shown after it", async () => {
    const poll = await edge.makePoll({ settings: { allowChange: true } });
    const page = atPoll(poll);
    const cast = (optionId: string, revision: number) => {
      const data = { pollId: poll.pollId, optionIds: [optionId], revision };
      page.link.send({ type: "CAST_VOTE", data, id: `ballot-${revision}` });
    };
    await page.hears("RESULTS_UPDATE");
    cast("opt-1", 7);
    await page.hears("VOTE_ACCEPTED");
    await page.hears("RESULTS_UPDATE");
    // The server has read what it answers to this look before the next vote comes.
    const late = Promise.withResolvers<void>();
    const read = Promise.withResolvers<void>();
    holdLook = () => {
      read.resolve();
      return late.promise;
    };
    await edge.send("POST", `${poll.path}/votes`, { optionId: "opt-1" }, await edge.newVoter());
    page.timer.advance(2_000);
    await read.promise;
    holdLook = async () => undefined;
    cast("opt-2", 8);
    await page.hears("VOTE_ACCEPTED");
    expect((await page.hears("POLL_UPDATE")).data.yourVote).toEqual(["opt-2"]);
    await page.hears("RESULTS_UPDATE");
    late.resolve();
    page.link.wake();
    const heard: string[] = [];
    await page.frames.until(({ type }) => {
      heard.push(type);
      return type === "PONG";
    });
    expect(heard).toEqual(["PONG"]);
  });

  test("[U42] while nobody looks at the page a sign of life costs no look", async () => {
    const { pollId } = await edge.makePoll();
    let isHidden = false;
    const ports = { timer: new ManualTimer(Date.now()), random: () => 0.5, looksOn: false };
    const socket = new HttpSocket({ ...ports, isHidden: () => isHidden });
    const statuses: number[] = [];
    onAnswer = (status) => statuses.push(status);
    const heard = new Inbox<string>();
    socket.onmessage = ({ data }) => heard.put(JSON.parse(data).type);
    ports.timer.advance(0);
    socket.send(JSON.stringify({ type: "JOIN_POLL", data: { pollId }, id: "join" }));
    await heard.until((type) => type === "RESULTS_UPDATE");
    socket.send(JSON.stringify({ type: "PING", data: {} }));
    await heard.until((type) => type === "PONG");
    expect(statuses).toEqual([200, 304]);
    isHidden = true;
    socket.send(JSON.stringify({ type: "PING", data: {} }));
    await heard.until((type) => type === "PONG");
    expect(statuses).toEqual([200, 304]);
    socket.close();
  });

  test("[U42] without news an answer has no body, and the next look comes later, at most eight seconds", async () => {
    const { pollId } = await edge.makePoll();
    const timer = new ManualTimer(Date.now());
    const statuses: number[] = [];
    let isHidden = false;
    // By itself: a link asks for signs of life between the looks.
    const socket = new HttpSocket({ timer, random: () => 0.5, looksOn: false, isHidden: () => isHidden });
    timer.advance(0);
    onAnswer = (status) => statuses.push(status);
    socket.send(JSON.stringify({ type: "JOIN_POLL", data: { pollId }, id: "join" }));
    for (const wait of [2_000, 3_000, 4_500, 6_750, 8_000, 8_000]) {
      await waitFor("the next look is planned", () => timer.waits[0] !== undefined);
      expect(timer.waits).toEqual([wait]);
      timer.advance(wait);
    }
    await waitFor("the next look is planned", () => timer.waits[0] !== undefined);
    isHidden = true;
    timer.advance(8_000);
    await waitFor("the next look is planned", () => timer.waits[0] !== undefined);
    expect(timer.waits).toEqual([20_000]);
    expect(statuses).toEqual([200, 304, 304, 304, 304, 304, 304, 304]);
    socket.close();
    expect(timer.waits).toEqual([]);
  });

  test("[U42] a sign of life is a look at the server; without one the connection is lost", async () => {
    const page = atPoll(await edge.makePoll());
    await page.hears("RESULTS_UPDATE");
    await page.connections.next();
    page.link.wake();
    await page.hears("PONG");
    isOut = true;
    page.link.wake();
    expect(await page.connections.next()).toBe("reconnecting");
  });

  test("[U42] what is not there is refused as over a socket; what is deleted is told as deleted", async () => {
    const nowhere = atPoll({ pollId: "ABCD1234" });
    expect(await nowhere.hears("ERROR")).toMatchObject({ id: "join", data: { code: "POLL_NOT_FOUND" } });
    const poll = await edge.makePoll();
    const page = atPoll(poll);
    await page.hears("RESULTS_UPDATE");
    await edge.call(poll.path, { method: "DELETE", headers: poll.host });
    page.timer.advance(2_000);
    expect((await page.hears("POLL_SYSTEM")).data.event).toBe("removed");
  });

  test("[U42] a room is followed from question to question, to its end", async () => {
    const room = await edge.makeRoom(["One?", "Two?"]);
    const { roomId, polls, path, host } = room;
    const page = new Browser(() => ({ type: "JOIN_ROOM", data: { roomId } }));
    expect(await page.hears("ROOM_UPDATE")).toMatchObject({ id: "join", data: { current: null } });
    await edge.send("POST", `${path}/go`, { pollId: polls[1] }, host);
    page.timer.advance(2_000);
    expect((await page.hears("ROOM_UPDATE")).data.current).toBe(polls[1] ?? "");
    expect((await page.hears("POLL_UPDATE")).data.question).toBe("Two?");
    await edge.call(path, { method: "DELETE", headers: host });
    page.timer.advance(2_000);
    expect((await page.hears("ROOM_SYSTEM")).data.event).toBe("removed");
  });

  test("[U42] a join that is to come later leaves the asking to the link, which knows when", async () => {
    const full = { code: "RATE_LIMITED", message: "too many", retryAfterMs: 9_000 };
    globalThis.fetch = (async () => Response.json(full, { status: 429 })) as unknown as typeof fetch; // what the page uses of it
    const page = atPoll({ pollId: "ABCD1234" });
    expect(await page.hears("ERROR")).toMatchObject({ id: "join", data: full });
    expect(await page.connections.next()).toBe("crowded");
    // The next join, and how long it may take.
    expect(page.timer.waits).toEqual([9_250, 19_250]);
  });

  test("[U42][U2] a wall asks as nobody in particular: it is shown what anybody may see", async () => {
    const poll = await edge.makePoll({ settings: { resultsVisibility: "afterVote" } });
    await edge.send("POST", `${poll.path}/votes`, { optionId: "opt-2" }, voter);
    expect((await atPoll(poll).hears("RESULTS_UPDATE")).data.results).not.toBeNull();
    expect((await atPoll(poll, true).hears("RESULTS_UPDATE")).data.results).toBeNull();
  });
});
