/** Nodes that start in any weather, and polls that live without Redis. */
import { expect } from "bun:test";
import { makePoll, removePoll, steer, viewPoll } from "../support/poll-calls.ts";
import { startCluster, type TestCluster } from "../support/start-cluster.ts";
import { readStoredPoll } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import { isGone } from "./ledger-control.ts";
import { SmallAudience } from "./small-audience.ts";

const BACK_MS = 30_000;
const VOTERS = 5;

/** A node that has never seen Redis starts; a poll is made there, voted in, changed and closed, all in the ledger. */
export async function bornWithoutRedis(): Promise<void> {
  await using cluster = await startCluster({ ledger: true, nodeCount: 1 });
  await killRedis(cluster);
  const node = await cluster.addNode("late");
  const poll = await makePoll(node.origin);
  using audience = await SmallAudience.gather(poll, [node]);
  expect(new Set(await audience.voteAll("opt-1"))).toEqual(new Set(["ledger"]));
  expect(new Set(await audience.voteAll("opt-2"))).toEqual(new Set(["ledger"]));
  await audience.allSee([0, VOTERS, 0], { final: false });
  await steer(node.origin, poll, "close");
  // It was never in Redis: nothing to wait for there.
  await audience.allSee([0, VOTERS, 0], { final: true }, 10_000);
  expect(new Set(await audience.voteAll("opt-3"))).toEqual(new Set(["POLL_CLOSED"]));
  await bringRedis(cluster);
  const other = cluster.nodes[0];
  if (!other) throw new Error("There is no other node.");
  const back = async () => {
    const { results } = await viewPoll(other.origin, poll.pollId);
    return results.final && results.results?.[1]?.votes === VOTERS;
  };
  await waitFor("the other node to show the result", back, BACK_MS);
}

/** Starts while the ledger is away: what Redis can promise alone goes on. */
export async function startsWithoutLedger(): Promise<void> {
  await using cluster = await startCluster({ ledger: true, nodeCount: 1 });
  const { ledger, origin } = cluster;
  const poll = await makePoll(origin);
  const safe = await makePoll(origin, { settings: { allowChange: true, durability: "ledger" } });
  await ledger?.setWeather({ kind: "away" });
  const node = await cluster.addNode("late");
  await waitFor("the node to have found Redis", () => viewPoll(node.origin, poll.pollId).catch(() => null));
  using audience = await SmallAudience.gather(poll, [node]);
  using waiting = await SmallAudience.gather(safe, [node]);
  expect(new Set(await audience.voteAll("opt-1"))).toEqual(new Set(["replicated"]));
  const later = waiting.voteAll("opt-1");
  await waitFor("all to be told to wait", () => waiting.phones.every(({ casts }) => casts[0]?.pending));
  await expect(makePoll(node.origin)).rejects.toThrow("503");
  await ledger?.setWeather({ kind: "clear" });
  expect(new Set(await later)).toEqual(new Set(["ledger"]));
  await waitFor("polls to be made again", () => makePoll(node.origin).catch(() => null));
}

/** Starts with nothing: it says so, and works once both are there. */
export async function startsWithoutAnything(): Promise<void> {
  await using cluster = await startCluster({ ledger: true, nodeCount: 1 });
  const { ledger, origin } = cluster;
  const poll = await makePoll(origin);
  await ledger?.setWeather({ kind: "away" });
  await killRedis(cluster);
  const node = await cluster.addNode("late");
  expect((await fetch(`${node.origin}/ready`)).status).toBe(200);
  expect((await fetch(`${node.origin}/api/polls/${poll.pollId}`)).status).toBe(503);
  await ledger?.setWeather({ kind: "clear" });
  await bringRedis(cluster);
  await waitFor("the poll to be there", () => viewPoll(node.origin, poll.pollId).catch(() => null), BACK_MS);
  using audience = await SmallAudience.gather(poll, [node]);
  const said = new Set(await audience.voteAll("opt-1"));
  expect(said.size).toBe(1);
  await audience.allSee([VOTERS, 0, 0], { final: false });
}

/** Ballots of a node that was cut off arrive in Redis after the poll was removed. */
export async function lateBatchAfterRemoval(): Promise<void> {
  await using cluster = await startCluster({ ledger: true, roads: true });
  const poll = await makePoll(cluster.origin);
  using audience = await SmallAudience.gather(poll, cluster.nodes);
  await audience.voteAll("opt-1");
  cluster.roads.get("node-2")?.blackHole();
  // Sent into the cut cable, then past it.
  const said = await audience.voteAll("opt-2");
  expect(said.includes("ledger")).toBe(true);
  const [first] = cluster.nodes;
  if (!first) throw new Error("There is no node.");
  await removePoll(first.origin, poll);
  cluster.roads.get("node-2")?.open();
  for (const { origin } of cluster.nodes) {
    await waitFor("the poll to be gone", () => isGone(origin, poll.pollId), BACK_MS);
  }
  // Whoever still votes is told so by each node, within the two seconds for which META is believed.
  const turnedAway = async () =>
    (await audience.allTurnedAway(cluster.nodes)).every((code) => code === "POLL_NOT_FOUND");
  await waitFor("every node to know", turnedAway);
  expect(await readStoredPoll(cluster.redis, poll.pollId)).toBeNull();
}

async function killRedis({ redis }: TestCluster): Promise<void> {
  await Promise.all(redis.nodes.map((node) => node.kill9()));
}

async function bringRedis({ redis }: TestCluster): Promise<void> {
  await Promise.all(redis.nodes.map((node) => redis.restart(node)));
  await redis.settled();
}
