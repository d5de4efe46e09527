/** What hosts do while a store is away: it holds, whatever the store has when it comes back. */
import { expect } from "bun:test";
import { makePoll, removePoll, steer, viewPoll } from "../support/poll-calls.ts";
import { startCluster, type TestCluster } from "../support/start-cluster.ts";
import { readStoredRecord } from "../support/stored-ledger.ts";
import { readStoredPoll } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import { flushAll } from "./redis-loss.ts";
import { SmallAudience } from "./small-audience.ts";

/** Until the final result of a poll whose Redis had lost something (ms): 15 s of patience and what it takes. */
const FINAL_MS = 40_000;
/** A poll of these steps is voted in by all of the audience. */
const VOTED = 15;

/** How Redis is away, and how it comes back: with its files, empty, or never away and then wiped. */
export type Loss = "kept" | "lost" | "flushed";

/**
 * Three polls with votes; Redis goes; the host of one hides, of one closes, of one removes. Redis comes back and knows
 * nothing of that. Nobody is ever shown again what was hidden or removed, and what was closed gets its result.
 */
export async function controlOutlives(loss: Loss): Promise<void> {
  await using cluster = await startCluster({ ledger: true });
  const [toHide, toClose, toRemove] = await Promise.all(
    Array.from({ length: 3 }, async () =>
      SmallAudience.gather(await makePoll(cluster.origin), cluster.nodes),
    ),
  );
  if (!toHide || !toClose || !toRemove) throw new Error("There are no polls.");
  using _hide = toHide;
  using _close = toClose;
  using _remove = toRemove;
  for (const audience of [toHide, toClose, toRemove]) {
    expect(new Set(await audience.voteAll("opt-1"))).toEqual(new Set(["replicated"]));
    await audience.allSee([VOTED, 0, 0], { final: false });
  }
  if (loss !== "flushed") await Promise.all(cluster.redis.nodes.map((node) => node.kill9()));
  await steer(cluster.origin, toHide.poll, "hide");
  await steer(cluster.origin, toClose.poll, "close");
  await removePoll(cluster.origin, toRemove.poll);
  if (loss === "flushed") await flushAll({ cluster });
  await toHide.allSee(null, { final: false });
  const hiddenAt = performance.now();
  if (loss !== "flushed") await whileAway(cluster, toClose, toRemove, loss);
  // The poll goes on in secret, and Redis gets the votes that it has missed.
  const said = await toHide.voteAll("opt-2");
  expect(said.every((word) => word === "ledger" || word === "replicated")).toBe(true);
  await toClose.allSee([VOTED, 0, 0], { final: true }, FINAL_MS);
  expect(new Set(await toClose.voteAll("opt-3"))).toEqual(new Set(["POLL_CLOSED"]));
  await stayed(cluster, { toHide, toClose, toRemove, hiddenAt });
}

/** Nodes without Redis go on serving, and say what they know. */
async function whileAway(
  cluster: TestCluster,
  toClose: SmallAudience,
  toRemove: SmallAudience,
  loss: "kept" | "lost",
): Promise<void> {
  for (const { origin } of cluster.nodes) {
    expect((await fetch(`${origin}/ready`)).status).toBe(200);
    await waitFor("the poll to be gone", () => isGone(origin, toRemove.poll.pollId));
    const { poll, results } = await viewPoll(origin, toClose.poll.pollId);
    // Counting: what Redis has is not known, and may count.
    expect([poll.status, results.final]).toEqual(["closed", false]);
  }
  await Promise.all(cluster.redis.nodes.map((node) => cluster.redis.restart(node, { data: loss })));
  await cluster.redis.settled();
}

interface Stayed {
  readonly toHide: SmallAudience;
  readonly toClose: SmallAudience;
  readonly toRemove: SmallAudience;
  readonly hiddenAt: number;
}

async function stayed(
  { nodes, redis, ledger }: TestCluster,
  { toHide, toClose, toRemove, hiddenAt }: Stayed,
): Promise<void> {
  if (!ledger) throw new Error("There is no ledger.");
  const caughtUp = async () => {
    const stored = await readStoredPoll(redis, toHide.poll.pollId).catch(() => null);
    return stored?.votes.get("opt-2") === VOTED && !(await readStoredPoll(redis, toRemove.poll.pollId));
  };
  await waitFor("Redis to know what it has missed", caughtUp, FINAL_MS);
  expect((await readStoredRecord(ledger, toClose.poll.pollId))?.final?.participantCount).toBe(VOTED);
  for (const { origin } of nodes) {
    expect(await isGone(origin, toRemove.poll.pollId)).toBe(true);
    expect((await viewPoll(origin, toHide.poll.pollId)).results.results).toBeNull();
  }
  const shown = toHide.phones.filter(({ numbersAt }) => numbersAt > hiddenAt);
  expect(shown.length).toBe(0);
  expect(new Set(await toRemove.allTurnedAway(nodes))).toEqual(new Set(["POLL_NOT_FOUND"]));
}

export async function isGone(origin: string, pollId: string): Promise<boolean> {
  return (await fetch(`${origin}/api/polls/${pollId}`)).status === 404;
}
