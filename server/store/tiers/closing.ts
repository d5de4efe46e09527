import type { PollId } from "../../../shared/ids.ts";
import { nextVersion } from "../../app/poll.ts";
import type { RegisteredBallot } from "../../app/register.ts";
import { countSteps, spanOf } from "../../app/timeline.ts";
import { countVotes } from "./count-votes.ts";
import { inParallel } from "./in-parallel.ts";
import { checksumOf, type Final, type Meta } from "./ledger.ts";
import type { RecoveryPorts } from "./recovery-ports.ts";
import { SHARDS_AT_ONCE } from "./shard-view.ts";
import { LEASE_MS, PATIENCE_MS } from "./timing.ts";

/** How often an outbox is asked for again in one step; one that does not get empty is looked at again later. */
const OUTBOX_ROUNDS = 20;
/** … after this (ms). */
const OUTBOX_AGAIN_MS = 250;

/** The final result that stands, or when to look again. */
export type CloseOutcome = { readonly final: Final } | { readonly waitMs: number } | "removed";

/**
 * One look at a poll that META says is closed: goes as far as it can, and is called again until there is a final result.
 * Any node takes any step, and each may be taken twice. Rejects with an `Outage`: while Redis is away the result waits.
 */
export async function closeStep(ports: RecoveryPorts, pollId: PollId, meta: Meta): Promise<CloseOutcome> {
  const since = await closedSince(ports, pollId);
  const collected = await collect(ports, meta);
  if (collected === "removed") return collected;
  if (collected === "more") return { waitMs: OUTBOX_AGAIN_MS };
  // Until then a node that had not heard of the close may still acknowledge what it puts, or what only it has in memory.
  const waitMs = since + (collected === "whole" ? LEASE_MS : PATIENCE_MS) - performance.now();
  if (waitMs >= 0) return { waitMs };
  await ports.drainer.drainOwn(pollId);
  const final = await count(ports, pollId, meta);
  return final ? { final } : "removed";
}

/** Counted from when this node first knew, by its monotonic clock: from then on it acknowledged nothing past Redis. */
async function closedSince({ leases }: RecoveryPorts, pollId: PollId): Promise<number> {
  const known = leases.closedSince(pollId);
  if (known !== undefined) return known;
  await leases.read(pollId, 0);
  return leases.closedSince(pollId) ?? performance.now();
}

/**
 * Ends the counting in Redis and brings what the outbox has to the ledger. `unsure`: Redis may have lost acknowledged
 * ballots that living nodes still have. A poll that was never in Redis has nothing to wait for there.
 */
async function collect(
  { redis, drainer }: RecoveryPorts,
  meta: Meta,
): Promise<"whole" | "unsure" | "more" | "removed"> {
  if (!redis || !meta.inRedis) return "whole";
  const { definition, control, epoch } = meta;
  for (let round = 0; round < OUTBOX_ROUNDS; round += 1) {
    const fenced = await redis.fence({ definition, control, epoch });
    if (fenced === "removed") return fenced;
    // State and outbox are answered in one step: an outbox that was lost looks like an empty one.
    if (fenced.outbox.length === 0) return fenced.whole ? "whole" : "unsure";
    await drainer.drainEntries(meta, fenced.outbox);
  }
  return "more";
}

/**
 * Reads every ballot there is, writes down which those are, and puts the result if there is none yet. `null`: the poll was
 * removed meanwhile.
 */
async function count(ports: RecoveryPorts, pollId: PollId, meta: Meta): Promise<Final | null> {
  const { ledger, debts, clock } = ports;
  const shards: RegisteredBallot[][] = [];
  await inParallel(meta.shards, SHARDS_AT_ONCE, async (shard) => {
    shards[shard] = await ledger.ballots(meta, shard);
  });
  // Of its own: another node that closes at the same time may have read a ballot more.
  const generation = crypto.randomUUID();
  await inParallel(meta.shards, SHARDS_AT_ONCE, async (shard) => {
    const ballots = shards[shard] ?? [];
    if (ballots.length > 0) await ledger.putRoll(pollId, generation, shard, ballots);
  });
  const roll = shards.flat();
  const epoch = await debts.takeEpoch(pollId);
  // Epochs begin with 1.
  if (epoch === 0) return null;
  const span = spanOf(meta.control, clock());
  return ledger.putFinal(pollId, {
    ...countVotes(meta.definition, roll),
    ...(span && { timeline: await countSteps([roll], span) }),
    epoch,
    version: nextVersion(0, clock()),
    checksum: checksumOf(roll),
    generation,
  });
}
