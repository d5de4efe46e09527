/** Ballots that reach a poll through several nodes at once. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ServerMessage } from "../../shared/messages.ts";
import { newVisitor, type Visitor } from "../support/phone.ts";
import { type MadePoll, makePoll, removePoll, steer, viewPoll } from "../support/poll-calls.ts";
import { isCast, isSteering, RedisMonitor } from "../support/redis-monitor.ts";
import { startCluster, type TestCluster, wsUrlOf } from "../support/start-cluster.ts";
import { readStoredPoll, type StoredPoll, tallyTrouble } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import { connect, type WsClient } from "../support/ws-client.ts";

const VOTERS = 300;
const OPTIONS = ["opt-1", "opt-2", "opt-3"] as const;

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startCluster();
}, 30_000);

afterAll(() => cluster?.stop());

/** One voter with a socket on each of two nodes. */
interface Pair {
  readonly visitor: Visitor;
  readonly sockets: readonly [WsClient, WsClient];
}

/** Voters whose sockets have joined; neighbours are spread over the nodes. */
async function joinPairs({ pollId }: MadePoll, count: number): Promise<Pair[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const visitor = await newVisitor(originOf(index));
      const joined = [originOf(index), originOf(index + 1)].map(async (origin) => {
        const socket = await connect(wsUrlOf(origin), visitor);
        await socket.request({ type: "JOIN_POLL", data: { pollId } }, 20_000);
        return socket;
      });
      return { visitor, sockets: (await Promise.all(joined)) as [WsClient, WsClient] };
    }),
  );
}

function originOf(index: number): string {
  return cluster.nodes[index % cluster.nodes.length]?.origin ?? "";
}

function optionOf(index: number): (typeof OPTIONS)[number] {
  return OPTIONS[index % 3] ?? "opt-1";
}

function castOn(socket: WsClient, { pollId }: MadePoll, optionId: string, revision: number) {
  return socket.request({ type: "CAST_VOTE", data: { pollId, optionId, revision } }, 20_000);
}

/** What Redis has, once every node over HTTP and every socket with its last picture say the same (V4). */
async function agreedPoll({ pollId }: MadePoll, pairs: readonly Pair[]): Promise<StoredPoll> {
  const stored = await readStoredPoll(cluster.redis, pollId);
  if (!stored) throw new Error("Redis does not have the poll.");
  expect(tallyTrouble(stored)).toEqual([]);
  const votes = Object.fromEntries(stored.votes);
  for (const node of cluster.nodes) {
    const { results, poll } = await viewPoll(node.origin, pollId);
    expect(Object.fromEntries(results.results?.map((share) => [share.optionId, share.votes]) ?? [])).toEqual(
      votes,
    );
    expect(poll.participantCount).toBe(stored.ballots.size);
  }
  for (const socket of pairs.flatMap((pair) => pair.sockets)) {
    await waitFor("every last picture to be what Redis has", () => shows(socket, pollId, stored));
  }
  return stored;
}

function shows(socket: WsClient, pollId: string, { status, votes, ballots }: StoredPoll): boolean {
  const seen = socket.latestResults(pollId);
  const sameVotes = seen?.results?.every(({ optionId, votes: count }) => votes.get(optionId) === count);
  const sameEnd = seen?.final === (status === "closed");
  return Boolean(sameVotes) && sameEnd && seen?.participantCount === ballots.size;
}

function closeAll(pairs: readonly Pair[]) {
  return Promise.all(pairs.flatMap(({ sockets }) => sockets.map((socket) => socket.close())));
}

const accepted = (answer: ServerMessage | undefined) => answer?.type === "VOTE_ACCEPTED";

test(`[K1][V1][V4] ${VOTERS} voters, each ballot twice at once through two nodes: each counts once, on every wire`, async () => {
  const poll = await makePoll(originOf(0), { settings: { allowChange: false } });
  const pairs = await joinPairs(poll, VOTERS);
  const answers = await Promise.all(
    pairs.flatMap(({ sockets }, index) =>
      sockets.map((socket) => castOn(socket, poll, optionOf(index), Date.now())),
    ),
  );
  expect(answers.filter(accepted)).toHaveLength(2 * VOTERS);
  const repeats = answers.filter((answer) => answer.type === "VOTE_ACCEPTED" && answer.data.repeated);
  expect(repeats).toHaveLength(VOTERS);
  const stored = await agreedPoll(poll, pairs);
  expect([...stored.votes.values()]).toEqual([100, 100, 100]);
  expect(stored.participants).toEqual(new Set(pairs.map(({ visitor }) => visitor.voter)));
  await closeAll(pairs);
}, 60_000);

test("[K1][P3] different choices of one voter at once through two nodes: exactly one counts, the other is told which", async () => {
  const poll = await makePoll(originOf(0), { settings: { allowChange: false } });
  const pairs = await joinPairs(poll, 60);
  const answers = await Promise.all(
    pairs.map(({ sockets }) =>
      Promise.all(sockets.map((socket, index) => castOn(socket, poll, optionOf(index), Date.now()))),
    ),
  );
  const stored = await agreedPoll(poll, pairs);
  expect(stored.ballots.size).toBe(pairs.length);
  for (const [index, { visitor }] of pairs.entries()) {
    const counted = stored.ballots.get(visitor.voter)?.choice;
    const [won] = answers[index]?.filter(accepted) ?? [];
    const [lost] = answers[index]?.filter((answer) => answer.type === "ERROR") ?? [];
    expect(won?.data).toMatchObject({ optionIds: [counted], durability: "replicated", repeated: false });
    expect(lost?.data).toMatchObject({ code: "ALREADY_VOTED", yourVote: [counted] });
  }
  await closeAll(pairs);
}, 30_000);

test("[K1][B3] changes of one voter through different nodes: the greatest revision stands, in whatever order they come", async () => {
  const poll = await makePoll(originOf(0));
  const pairs = await joinPairs(poll, 60);
  await Promise.all(
    pairs.flatMap(({ sockets: [one, other] }) => [
      castOn(one, poll, "opt-1", 1),
      castOn(other, poll, "opt-2", 3),
      castOn(one, poll, "opt-3", 2),
      castOn(other, poll, "opt-1", 5),
      castOn(one, poll, "opt-2", 4),
    ]),
  );
  const stored = await agreedPoll(poll, pairs);
  expect([...stored.votes.values()]).toEqual([pairs.length, 0, 0]);
  expect(new Set([...stored.ballots.values()].map(({ revision }) => revision))).toEqual(new Set([5]));
  await closeAll(pairs);
}, 30_000);

test("[K2][V4] votes race the close through every node: what was accepted is in the final result, what was refused is not", async () => {
  const poll = await makePoll(originOf(0), { settings: { allowChange: false } });
  const pairs = await joinPairs(poll, 200);
  // Ten queues of voters, so that votes are on their way through every node when the close comes.
  const answers: ServerMessage[] = [];
  const queues = Array.from({ length: 10 }, async (_, queue) => {
    for (let index = queue; index < pairs.length; index += 10) {
      const socket = pairs[index]?.sockets[0];
      if (socket) answers[index] = await castOn(socket, poll, optionOf(index), Date.now());
    }
  });
  await waitFor("votes to flow", () => answers.filter(accepted).length > 60);
  await steer(originOf(1), poll, "close");
  await Promise.all(queues);
  const acceptedVoters = pairs.filter((_, index) => accepted(answers[index]));
  const refusals = answers.filter((answer) => answer.type === "ERROR");
  expect(acceptedVoters.length).toBeGreaterThan(60);
  expect(new Set(refusals.map(({ data }) => data.code))).toEqual(new Set(["POLL_CLOSED"]));
  const stored = await agreedPoll(poll, pairs);
  expect(stored.participants).toEqual(new Set(acceptedVoters.map(({ visitor }) => visitor.voter)));
  expect(stored.status).toBe("closed");
  await closeAll(pairs);
}, 30_000);

test("[K9][V2] a master that has forgotten its scripts is asked again, and to wait for a replica behind that", async () => {
  const poll = await makePoll(originOf(0));
  const [pair] = await joinPairs(poll, 1);
  if (!pair) throw new Error("There is nobody.");
  const [socket] = pair.sockets;
  await castOn(socket, poll, "opt-1", 1);
  const master = await cluster.redis.masterOf(`poll:{${poll.pollId}}`);
  await using monitor = await RedisMonitor.start(master);
  await master.redis.script("FLUSH");
  const answer = await castOn(socket, poll, "opt-2", 2);
  expect(answer).toMatchObject({ type: "VOTE_ACCEPTED", data: { durability: "replicated" } });
  const writing = (await monitor.commands()).filter(
    (command) => command.name === "wait" || isCast(command, poll.pollId),
  );
  expect(writing.map(({ name }) => name)).toEqual(["evalsha", "wait", "eval", "wait"]);
  await closeAll([pair]);
});

test("[K10][V6] what a host does is answered when a replica has it", async () => {
  const poll = await makePoll(originOf(0));
  const master = await cluster.redis.masterOf(`poll:{${poll.pollId}}`);
  await using monitor = await RedisMonitor.start(master);
  for (const step of ["hide", "reveal", "close"] as const) await steer(originOf(1), poll, step);
  await removePoll(originOf(2), poll);
  const writing = (await monitor.commands()).filter(
    (command) => command.name === "wait" || isSteering(command, poll.pollId),
  );
  expect(writing.map(({ name }) => name)).toEqual(
    ["hide", "reveal", "close", "remove"].flatMap(() => ["eval", "wait"]),
  );
});
