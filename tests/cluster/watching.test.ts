/** Who watches a poll, on whatever node: what they are shown, what they are not, and what it costs. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ResultsUpdate, ServerMessage } from "../../shared/messages.ts";
import { newVisitor } from "../support/phone.ts";
import { type MadePoll, makePoll, removePoll, steer, viewPoll } from "../support/poll-calls.ts";
import { isChoiceRead, isPollRead, RedisMonitor } from "../support/redis-monitor.ts";
import { startCluster, type TestCluster, wsUrlOf } from "../support/start-cluster.ts";
import { waitFor } from "../support/wait-for.ts";
import { connect, type WsClient } from "../support/ws-client.ts";

let cluster: TestCluster;
/** Origins of the three nodes. */
let [one, two, three] = ["", "", ""];

beforeAll(async () => {
  cluster = await startCluster();
  [one = "", two = "", three = ""] = cluster.nodes.map((node) => node.origin);
}, 30_000);

afterAll(() => cluster?.stop());

const toClose: WsClient[] = [];

async function joinAt(origin: string, { pollId }: MadePoll, hostKey?: string): Promise<WsClient> {
  const socket = await connect(wsUrlOf(origin), await newVisitor(origin));
  toClose.push(socket);
  const data = { pollId, ...(hostKey !== undefined && { hostKey }) };
  await socket.request({ type: "JOIN_POLL", data }, 20_000);
  await socket.next("RESULTS_UPDATE");
  return socket;
}

/** One socket on each node. */
function joinEverywhere(poll: MadePoll, hostKey?: string): Promise<WsClient[]> {
  return Promise.all([one, two, three].map((origin) => joinAt(origin, poll, hostKey)));
}

async function vote(socket: WsClient, { pollId }: MadePoll, optionId: string): Promise<void> {
  const answer = await socket.request({ type: "CAST_VOTE", data: { pollId, optionId } });
  expect(answer.type).toBe("VOTE_ACCEPTED");
}

function resultsOf(socket: WsClient): ResultsUpdate[] {
  return socket.frames.flatMap((frame) => (frame.type === "RESULTS_UPDATE" ? [frame.data] : []));
}

async function closeAll(): Promise<void> {
  await Promise.all(toClose.splice(0).map((socket) => socket.close()));
}

test("[K3][P2] who joins late, on any node, gets the whole state and the own vote at once", async () => {
  const poll = await makePoll(one);
  const early = await joinEverywhere(poll);
  for (const [index, socket] of early.entries()) await vote(socket, poll, `opt-${index + 1}`);
  const visitor = await newVisitor(one);
  const elsewhere = await connect(wsUrlOf(two), visitor);
  toClose.push(elsewhere);
  await vote(elsewhere, poll, "opt-2");
  const votes = (socket: WsClient) => socket.latestResults(poll.pollId)?.totalVotes;
  for (const socket of early) await waitFor("all to see four votes", () => votes(socket) === 4);
  for (const origin of [one, two, three]) {
    const socket = await connect(wsUrlOf(origin), visitor);
    toClose.push(socket);
    const answer = await socket.request({ type: "JOIN_POLL", data: poll });
    expect(answer).toMatchObject({ type: "POLL_UPDATE", data: { yourVote: ["opt-2"], status: "open" } });
    expect((await socket.next("RESULTS_UPDATE")).data.totalVotes).toBe(4);
  }
  await closeAll();
});

test("[K3][F3] 2,000 sockets join at once: one read of the poll per node, and joiners share the reads of votes", async () => {
  const JOINERS = 2_000;
  const poll = await makePoll(one);
  const sockets = await Promise.all(
    Array.from({ length: JOINERS }, (_, index) => connect(wsUrlOf([one, two, three][index % 3] ?? one))),
  );
  toClose.push(...sockets);
  const master = await cluster.redis.masterOf(`poll:{${poll.pollId}}`);
  await using monitor = await RedisMonitor.start(master);
  const startedAt = performance.now();
  const answers = await Promise.all(
    sockets.map((socket) => socket.request({ type: "JOIN_POLL", data: { pollId: poll.pollId } }, 30_000)),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  expect(answers.filter(({ type }) => type === "POLL_UPDATE")).toHaveLength(JOINERS);
  const commands = await monitor.commands();
  const reads = commands.filter((command) => isPollRead(command, poll.pollId));
  // Each node also reads back once a second or two, whoever joins.
  expect(reads.length).toBeGreaterThanOrEqual(3);
  expect(reads.length).toBeLessThanOrEqual(3 + 3 * Math.floor(seconds));
  const choices = commands.filter((command) => isChoiceRead(command, poll.pollId));
  const asked = choices.map(({ args }) => args.length - 1);
  expect(asked.reduce((sum, count) => sum + count, 0)).toBe(JOINERS);
  expect(Math.max(...asked)).toBeLessThanOrEqual(256);
  expect(choices.length).toBeLessThan(JOINERS / 2);
  await closeAll();
}, 60_000);

test("[K4][C12][F5] results after the vote: on every node numbers reach those who voted and the host, and nobody else", async () => {
  const poll = await makePoll(one, { settings: { resultsVisibility: "afterVote" } });
  const hosts = await joinEverywhere(poll, poll.hostKey);
  const waiting = await joinEverywhere(poll);
  const voting = await joinEverywhere(poll);
  for (const [index, socket] of voting.entries()) await vote(socket, poll, `opt-${index + 1}`);
  for (const socket of [...hosts, ...voting]) {
    await waitFor("those who may to see all", () => socket.latestResults(poll.pollId)?.totalVotes === 3);
  }
  for (const socket of waiting) {
    await waitFor("the others to see the count", () => {
      return socket.latestResults(poll.pollId)?.participantCount === 3;
    });
    expect(socket.frames.filter(hasNumbers)).toEqual([]);
  }
  for (const origin of [one, two, three]) {
    expect((await viewPoll(origin, poll.pollId)).results).toMatchObject({ results: null, totalVotes: null });
  }
  await steer(two, poll, "close");
  for (const socket of waiting) {
    await waitFor("all to see the end", () => socket.latestResults(poll.pollId)?.totalVotes === 3);
  }
  await closeAll();
});

test("[K4][C12] hidden through one node while votes come in through the others: nothing newer is shown anywhere", async () => {
  const poll = await makePoll(one);
  const hosts = await joinEverywhere(poll, poll.hostKey);
  const voters = [...(await joinEverywhere(poll)), ...(await joinEverywhere(poll))];
  let stop = false;
  const voting = voters.map(async (socket) => {
    for (let turn = 0; !stop; turn++) await vote(socket, poll, `opt-${(turn % 3) + 1}`);
  });
  const numbersOf = (socket: WsClient) => resultsOf(socket).filter(({ results }) => results !== null);
  for (const socket of voters) await waitFor("numbers to flow", () => numbersOf(socket).length > 5);
  const { poll: hidden } = await steer(two, poll, "hide");
  for (const socket of voters) {
    await waitFor("the numbers to go", () => socket.latestResults(poll.pollId)?.results === null);
  }
  stop = true;
  await Promise.all(voting);
  const votes = (socket: WsClient) => socket.latestResults(poll.pollId)?.totalVotes;
  for (const host of hosts) await waitFor("the host to see on", () => votes(host) === voters.length);
  for (const socket of voters) {
    expect(numbersOf(socket).filter(({ version }) => version >= hidden.version)).toEqual([]);
    expect(socket.latestResults(poll.pollId)?.results).toBeNull();
  }
  await steer(three, poll, "reveal");
  for (const socket of voters) await waitFor("the numbers to return", () => votes(socket) === voters.length);
  await closeAll();
});

test("[K4][H16] what travels between nodes has the numbers, and nothing that identifies a voter or steers the poll", async () => {
  const poll = await makePoll(one, { settings: { resultsVisibility: "afterClose" } });
  const visitor = await newVisitor(one);
  const master = await cluster.redis.masterOf(`poll:{${poll.pollId}}`);
  const bus = master.redis.duplicate();
  const heard: string[] = [];
  bus.on("smessage", (_channel: string, message: string) => heard.push(message));
  for (const channel of ["updates", "system"]) await bus.ssubscribe(`poll:{${poll.pollId}}:${channel}`);
  const socket = await connect(wsUrlOf(one), visitor);
  toClose.push(socket);
  await socket.request({ type: "JOIN_POLL", data: poll });
  await vote(socket, poll, "opt-3");
  await steer(two, poll, "extend", { seconds: 60 });
  await steer(two, poll, "close");
  const isFinal = (message: string) => message.includes('"closed"') && message.includes('"votes":[0,0,1]');
  await waitFor("the last snapshot", () => heard.some(isFinal));
  expect(heard.filter((message) => !message.startsWith("{"))).toEqual(["extended", "closed"]);
  const { hostKey } = poll;
  expect(heard.filter((text) => text.includes(visitor.voter) || text.includes(hostKey))).toEqual([]);
  bus.disconnect();
  await closeAll();
});

test("[K5][C9] viewers are added up over the nodes, and who leaves is taken off", async () => {
  const poll = await makePoll(one);
  const sockets = await Promise.all([one, one, one, two, two, three].map((origin) => joinAt(origin, poll)));
  const seen = (socket: WsClient) => socket.latestResults(poll.pollId)?.viewerCount;
  for (const socket of sockets) await waitFor("all to be counted", () => seen(socket) === 6);
  await Promise.all(sockets.slice(2, 4).map((socket) => socket.close()));
  const [first, second, , , fifth, last] = sockets;
  for (const socket of [first, second, fifth, last]) {
    await waitFor("those who left to be taken off", () => socket && seen(socket) === 4);
  }
  for (const origin of [one, two, three]) {
    expect((await viewPoll(origin, poll.pollId)).results.viewerCount).toBe(4);
  }
  await closeAll();
});

test("[K5][C14] who joined is counted once over the nodes, and still when all have left", async () => {
  const poll = await makePoll(one);
  const { pollId } = poll;
  const master = await cluster.redis.masterOf(`poll:{${pollId}}`);
  await using monitor = await RedisMonitor.start(master);
  const roaming = await newVisitor(one);
  for (const origin of [one, two, three]) {
    const socket = await connect(wsUrlOf(origin), roaming);
    await socket.request({ type: "JOIN_POLL", data: { pollId } });
    await socket.close();
  }
  await Promise.all([one, two, three].map((origin) => joinAt(origin, poll)));
  await closeAll();
  const watcher = await joinAt(two, poll);
  await waitFor("one here, and five who joined", () => {
    const { viewerCount, joinedCount } = watcher.latestResults(pollId) ?? {};
    return viewerCount === 1 && joinedCount === 5;
  });
  for (const origin of [one, two, three]) {
    expect((await viewPoll(origin, pollId)).results).toMatchObject({ viewerCount: 1, joinedCount: 5 });
  }
  // A voter who cast nothing is asked for, and written down nowhere.
  const named = (await monitor.commands()).filter(({ args }) => args.includes(roaming.voter));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((command) => !isChoiceRead(command, pollId))).toEqual([]);
  await closeAll();
});

test("[K6][W9] a host steers through one node, viewers of all nodes are told and shown", async () => {
  const poll = await makePoll(one, { durationSeconds: 600 });
  const sockets = await joinEverywhere(poll);
  const before = sockets[0]?.latestPoll(poll.pollId)?.closesAt ?? 0;
  const told = async (event: string, fits: (socket: WsClient) => boolean) => {
    for (const socket of sockets) {
      await socket.next("POLL_SYSTEM", ({ data }) => data.event === event);
      await waitFor(`the picture after ${event}`, () => fits(socket));
    }
  };
  const polled = (socket: WsClient) => socket.latestPoll(poll.pollId);
  await steer(two, poll, "extend", { seconds: 300 });
  await told("extended", (socket) => polled(socket)?.closesAt === before + 300_000);
  await steer(three, poll, "hide");
  await told("hidden", (socket) => polled(socket)?.visibility === "hidden");
  await steer(one, poll, "reveal");
  await told("revealed", (socket) => polled(socket)?.visibility === "live");
  await steer(two, poll, "close");
  await told("closed", (socket) => polled(socket)?.status === "closed");
  await removePoll(three, poll);
  await told("removed", () => true);
  for (const origin of [one, two, three]) {
    await expect(viewPoll(origin, poll.pollId)).rejects.toThrow("POLL_NOT_FOUND");
  }
  await closeAll();
});

/** Anything by which a picture could tell how others voted. */
function hasNumbers({ type, data }: ServerMessage): boolean {
  if (type === "POLL_UPDATE") return /"(votes|percentage|totalVotes|average)"/.test(JSON.stringify(data));
  return (
    type === "RESULTS_UPDATE" && (data.results !== null || data.totalVotes !== null || "average" in data)
  );
}
