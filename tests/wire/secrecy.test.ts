/** What others learn of a voter: that somebody voted. Everything that a node says to anybody is searched. */
import { expect, test } from "bun:test";
import type { RoomUpdate, ServerMessage } from "../../shared/messages.ts";
import { newVisitor, type Visitor } from "../support/phone.ts";
import { type HostStep, type MadePoll, steer } from "../support/poll-calls.ts";
import { startNode, type TestNode } from "../support/start-node.ts";
import { waitFor } from "../support/wait-for.ts";
import { connect, type WsClient } from "../support/ws-client.ts";

const OPS_TOKEN = "let-the-operator-in";
const VOTERS = 12;
const PATIENCE_MS = 60_000;

/** Somebody who voted, and what would give it away. */
interface Voter extends Visitor {
  /** The id, and the cookie's value as it is sent and as it is meant. */
  readonly names: readonly string[];
  /** In the hour before: no other time on the wire is like it, so that it names one ballot. */
  readonly revision: number;
  readonly optionId: string;
}

/** Something that the node said, and to whom. */
interface Said {
  readonly to: Voter | "host" | "onlooker" | "stranger" | "operator" | "log";
  readonly where: string;
  readonly text: string;
}

async function newVoter(origin: string, index: number): Promise<Voter> {
  const visitor = await newVisitor(origin);
  const value = visitor.cookie.slice(visitor.cookie.indexOf("=") + 1);
  return {
    ...visitor,
    names: [visitor.voter, value, decodeURIComponent(value)],
    revision: Date.now() - 3_600_000 + 1_009 * index,
    optionId: `opt-${(index % 3) + 1}`,
  };
}

interface AskedPoll extends MadePoll {
  readonly roomId: string;
}

/** An open poll in a room; who voted may change. */
async function makePollInRoom(origin: string): Promise<AskedPoll> {
  const question = { question: "Tea?", options: ["Tea", "Coffee", "Water"], settings: { allowChange: true } };
  const answer = await fetch(`${origin}/api/rooms`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ polls: [question] }),
  });
  expect(answer.status).toBe(201);
  const { room, hostKey } = (await answer.json()) as { readonly room: RoomUpdate; readonly hostKey: string };
  const { roomId, polls } = room;
  const poll = { roomId, pollId: polls[0]?.pollId ?? "", hostKey };
  await steer(origin, poll, "open");
  return poll;
}

/** Every address that can be read, as the node itself lists them, and its pages. */
async function addressesOf(origin: string, { pollId, roomId }: AskedPoll): Promise<string[]> {
  const document = (await (await fetch(`${origin}/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, object>>;
  };
  const calls = Object.entries(document.paths)
    .filter(([, operations]) => "get" in operations)
    .map(([path]) => path.replace("{pollId}", pollId).replace("{roomId}", roomId));
  const pages = ["", "/host", "/present", "/results"].flatMap((page) => [
    `/${pollId}${page}`,
    `/${roomId}${page}`,
  ]);
  return [...calls, ...pages, "/", "/login", "/account", "/ops", "/openapi.json", "/protocol.json"];
}

/** Everything that the node says of the poll when asked: to its host, its voters, an onlooker, a stranger, an operator. */
async function askEverything(origin: string, poll: AskedPoll, voters: readonly Voter[]): Promise<Said[]> {
  const onlooker = await newVisitor(origin);
  const askers: (readonly [Said["to"], Record<string, string>])[] = [
    ["host", { "x-host-key": poll.hostKey }],
    ["onlooker", { cookie: onlooker.cookie }],
    ["stranger", {}],
    ["operator", { authorization: `Bearer ${OPS_TOKEN}` }],
    ...voters.slice(0, 2).map((voter) => [voter, { cookie: voter.cookie }] as const),
  ];
  const said: Said[] = [];
  for (const address of await addressesOf(origin, poll)) {
    for (const [to, headers] of askers) {
      const answer = await fetch(`${origin}${address}`, { headers, redirect: "manual" });
      expect(answer.status).toBeLessThan(500);
      const text = `${JSON.stringify([...answer.headers])}\n${await answer.text()}`;
      said.push({ to, where: `${answer.status} ${address}`, text });
    }
  }
  return said;
}

/** The host's steps, whose answers are searched too. */
async function steerThrough(origin: string, poll: MadePoll): Promise<Said[]> {
  const steps: (readonly [HostStep, object?])[] = [
    ["hide"],
    ["reveal"],
    ["extend", { seconds: 60 }],
    ["close"],
  ];
  const said: Said[] = [];
  for (const [step, body] of steps) {
    said.push({ to: "host", where: step, text: JSON.stringify(await steer(origin, poll, step, body)) });
  }
  return said;
}

function framesTo(to: Said["to"], { frames }: WsClient): Said[] {
  return frames.map((frame: ServerMessage) => ({ to, where: frame.type, text: JSON.stringify(frame) }));
}

/** Half of them vote on their sockets, the others by HTTP; then all change to the option that is theirs. */
async function voteAll(node: TestNode, { pollId }: MadePoll, voters: readonly Voter[]): Promise<WsClient[]> {
  const sockets: WsClient[] = [];
  for (const [index, { cookie, revision, optionId }] of voters.entries()) {
    const socket = await connect(node.wsUrl, { cookie });
    sockets.push(socket);
    await socket.request({ type: "JOIN_POLL", data: { pollId } });
    for (const ballot of [
      { optionId: "opt-3", revision: revision - 500 },
      { optionId, revision },
    ]) {
      if (index % 2 === 0) {
        const answer = await socket.request({ type: "CAST_VOTE", data: { pollId, ...ballot } });
        expect(answer.type).toBe("VOTE_ACCEPTED");
        continue;
      }
      const answer = await fetch(`${node.url}/api/polls/${pollId}/votes`, {
        method: "POST",
        body: JSON.stringify(ballot),
        headers: { "content-type": "application/json", cookie },
      });
      expect(answer.status).toBe(201);
    }
  }
  return sockets;
}

/** The choices that a text says are its reader's: `opt-1,opt-2`, or an empty string for none. */
function ownChoicesIn(text: string): string[] {
  const plain = text.replaceAll("&quot;", '"').replaceAll('\\"', '"');
  return [...plain.matchAll(/"yourVote":(?:null|\[([^\]]*)\])/g)].map(([, ids = ""]) =>
    ids.replaceAll('"', ""),
  );
}

const isVoter = (to: Said["to"]): to is Voter => typeof to === "object";

/** What a text gives away of those it is not for. */
function leaksIn({ to, where, text }: Said, voters: readonly Voter[]): string[] {
  const others = voters.filter((voter) => voter !== to);
  const named = others.some(({ names }) => names.some((name) => text.includes(name)));
  const dated = others.some(({ revision }) =>
    [revision, revision - 500].some((ms) => text.includes(String(ms))),
  );
  // Before the change that was an own choice too.
  const own = isVoter(to) ? [to.optionId, "opt-3"] : [];
  const foreign = ownChoicesIn(text).filter((choice) => choice !== "" && !own.includes(choice));
  const leaks = [
    named && "a voter",
    dated && "one ballot's time",
    foreign.length > 0 && `the choice ${foreign}`,
  ];
  const reader = isVoter(to) ? "another voter" : to;
  return leaks.filter((leak) => leak !== false).map((leak) => `${where} tells ${reader} ${leak}`);
}

test(
  "[H18] nothing that a node says to others, or writes down, names a voter or tells whose choice is which",
  async () => {
    await using node = await startNode({ env: { LOG_LEVEL: "debug", OPS_TOKEN } });
    const origin = node.url;
    const poll = await makePollInRoom(origin);
    const { pollId, roomId, hostKey } = poll;
    const voters = await Promise.all(Array.from({ length: VOTERS }, (_, index) => newVoter(origin, index)));
    const [hostSocket, onlooker] = [await connect(node.wsUrl), await connect(node.wsUrl)];
    await hostSocket.request({ type: "JOIN_POLL", data: { pollId, hostKey } });
    await onlooker.request({ type: "JOIN_POLL", data: { pollId } });
    const sockets = await voteAll(node, poll, voters);
    await waitFor("all votes to be seen", () => onlooker.latestResults(pollId)?.totalVotes === VOTERS);

    const said = await askEverything(origin, poll, voters);
    said.push(...(await steerThrough(origin, poll)));
    await waitFor("the end to be seen", () => onlooker.latestResults(pollId)?.final);
    said.push(...(await askEverything(origin, poll, voters)));
    said.push(...framesTo("host", hostSocket), ...framesTo("onlooker", onlooker));
    for (const [index, voter] of voters.entries()) {
      const socket = sockets[index];
      if (socket) said.push(...framesTo(voter, socket));
    }
    await Promise.all([hostSocket, onlooker, ...sockets].map((socket) => socket.close()));
    await node.stop();
    said.push(
      ...node
        .logs()
        .split("\n")
        .map((text) => ({ to: "log", where: "a log line", text }) as const),
    );

    expect(said.flatMap((one) => leaksIn(one, voters))).toEqual([]);
    // All of that was there to be searched, and what is looked for would have been found.
    const kinds = [
      "RESULTS_UPDATE",
      "POLL_UPDATE",
      "close",
      "200 /metrics",
      "200 /api/ops",
      `200 /${pollId}`,
    ];
    for (const kind of [...kinds, `200 /api/rooms/${roomId}`]) {
      expect(said.filter(({ where }) => where === kind).length).toBeGreaterThan(0);
    }
    expect(said.filter(({ to, text }) => to === "log" && text.includes(pollId)).length).toBeGreaterThan(50);
    for (const file of ["", "/audit", "/export.csv", "/export.json", "/timeline"]) {
      const answers = said.filter(
        ({ to, where }) => to === "host" && where === `200 /api/polls/${pollId}${file}`,
      );
      expect(answers).toHaveLength(2);
    }
    const toOwn = said.filter(({ to }) => to === voters[0]);
    expect(toOwn.some(({ text }) => ownChoicesIn(text).includes("opt-1"))).toBe(true);
    const asOthers = toOwn.flatMap(({ where, text }) => leaksIn({ to: "onlooker", where, text }, voters));
    expect(asOthers).toContain(`VOTE_ACCEPTED tells onlooker one ballot's time`);
    expect(asOthers).toContain(`200 /api/polls/${pollId} tells onlooker the choice opt-1`);
  },
  PATIENCE_MS,
);
