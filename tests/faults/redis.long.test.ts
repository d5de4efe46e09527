/** The other faults of the cluster: too long for the test command. `bun run faults redis` plays these and the short ones. */
import { afterAll, expect, test } from "bun:test";
import { newVisitor, Phone } from "../support/phone.ts";
import { makePoll, viewPoll } from "../support/poll-calls.ts";
import { startCluster } from "../support/start-cluster.ts";
import { waitFor } from "../support/wait-for.ts";
import { type FaultFigures, tableOf } from "./figures.ts";
import { nodeDrained, slowReaders } from "./node-faults.ts";
import * as redis from "./redis-faults.ts";
import { playFault } from "./stage.ts";

const TIME_MS = 90_000;
/** A node that has said nothing for 15 s has no viewers; the others look every 5 s. */
const VIEWERS_FORGOTTEN_MS = 30_000;

const played: FaultFigures[] = [];
afterAll(() => console.log(`\n${tableOf(played)}\n`));

test(
  "[X11][V1][V2][V3][V5][S6] a node drains under votes",
  async () => {
    played.push(await playFault("node drained", nodeDrained, { nodesLost: 1 }));
  },
  TIME_MS,
);

test(
  "[X14][V1][V2][V3][V5] a master is frozen, replaced, and thaws",
  async () => {
    played.push(await playFault("master frozen and thawed", redis.masterFrozen));
  },
  TIME_MS,
);

test(
  "[X15][V1][V2][V3][V5] a master is killed and restarted at once",
  async () => {
    played.push(await playFault("master restarted at once", redis.masterRestarted));
  },
  TIME_MS,
);

test(
  "[X16][V1][V2][V3][V5] somebody asks a replica to take over",
  async () => {
    played.push(await playFault("manual failover", redis.manualFailover));
  },
  TIME_MS,
);

test(
  "[X17][V1][V2][V3][V5][C7] the replica that takes over has its clock 5 s behind",
  async () => {
    played.push(await playFault("clock 5 s behind", redis.masterKilled, { prepare: redis.clockBehind }));
  },
  TIME_MS,
);

test(
  "[X17][V1][V2][V3][V5][C7] the replica that takes over lags, and has its clock 5 s behind",
  async () => {
    played.push(await playFault("lags, clock 5 s behind", redis.replicaLags, { prepare: redis.clockBehind }));
  },
  TIME_MS,
);

test(
  "[X12][V4] a replica that lags takes over, and nobody votes afterwards",
  async () => {
    const figures = await playFault("replica lags, then silence", redis.replicaLagsQuietly);
    played.push(figures);
    expect(figures.epoch).toBeGreaterThan(1);
  },
  TIME_MS,
);

test(
  "[X18][F4] all nodes lose their subscriptions",
  async () => {
    played.push(await playFault("subscriptions killed", redis.subscriptionsKilled));
  },
  TIME_MS,
);

test(
  "[X18][F4] all nodes lose their subscriptions, and nothing tells them",
  async () => {
    played.push(await playFault("subscriptions lost silently", redis.subscriptionsLostSilently));
  },
  TIME_MS,
);

test(
  "[X19][F6] readers that ask and never read keep nobody waiting",
  async () => {
    played.push(await playFault("slow readers", slowReaders));
  },
  TIME_MS,
);

test(
  "[X20][V1][V2][V3][V5] all of Redis is killed at once and comes back",
  async () => {
    played.push(await playFault("all of Redis killed", redis.allKilled));
  },
  TIME_MS,
);

test(
  "[X21][S6] a node that is told to end while Redis is away ends in order",
  async () => {
    await using cluster = await startCluster();
    const poll = await makePoll(cluster.origin);
    const view = await viewPoll(cluster.origin, poll.pollId);
    const phones = await Promise.all(
      cluster.nodes.map(async ({ origin }) => new Phone({ origin, visitor: await newVisitor(origin), view })),
    );
    await waitFor("all to be live", () => phones.every(({ isLive }) => isLive));
    await Promise.all(cluster.redis.nodes.map((node) => node.kill9()));
    for (const phone of phones) void phone.cast("opt-1");
    await waitFor("all to be told to wait", () => phones.every(({ casts }) => casts[0]?.pending));
    const [first, second, third] = cluster.nodes;
    expect(await Promise.all([first?.drain(), second?.stop(), third?.stop()])).toEqual([0, 0, 0]);
    for (const phone of phones) phone.close();
  },
  TIME_MS,
);

test(
  "[X22][C9] the viewers of a node that died are taken off, though nothing else happens",
  async () => {
    await using cluster = await startCluster();
    const poll = await makePoll(cluster.origin);
    const view = await viewPoll(cluster.origin, poll.pollId);
    const phones = await Promise.all(
      cluster.nodes.map(async ({ origin }) => new Phone({ origin, visitor: await newVisitor(origin), view })),
    );
    await waitFor("all to be counted", () => phones.every(({ results }) => results.viewerCount === 3));
    await cluster.nodes[2]?.kill9();
    for (const { results } of phones.slice(0, 2)) expect(results.viewerCount).toBe(3);
    const counted = () => phones.slice(0, 2).every(({ results }) => results.viewerCount === 2);
    await waitFor("the dead to be taken off", counted, VIEWERS_FORGOTTEN_MS);
    for (const phone of phones) phone.close();
  },
  TIME_MS,
);

test(
  "[X24] a node starts while a shard is frozen, and serves the polls of the others",
  async () => {
    await using cluster = await startCluster({ nodeCount: 1 });
    const polls = await Promise.all(Array.from({ length: 12 }, () => makePoll(cluster.origin)));
    const masters = await Promise.all(polls.map(({ pollId }) => cluster.redis.masterOf(`poll:{${pollId}}`)));
    const [lost] = masters;
    if (!lost) throw new Error("There is no poll.");
    (await cluster.redis.replicaOf(lost)).freeze();
    lost.freeze();
    const { origin } = await cluster.addNode("late");
    const others = polls.filter((_, index) => masters[index] !== lost);
    expect(others.length).toBeGreaterThan(0);
    for (const { pollId } of others) {
      expect((await viewPoll(origin, pollId)).poll).toMatchObject({ pollId, status: "open" });
    }
    await expect(viewPoll(origin, polls[0]?.pollId ?? "")).rejects.toThrow();
  },
  TIME_MS,
);
