import type { PollId } from "../../../shared/ids.ts";
import { inParallel } from "./in-parallel.ts";
import type { Meta, OpenMark } from "./ledger.ts";
import {
  BALLOTS_A_CALL,
  CALLS_AT_ONCE,
  deleteMarks,
  holding,
  type RecoveryPorts,
  redisOf,
} from "./recovery-ports.ts";
import type { RedisSide } from "./redis-side.ts";
import { SHARDS_AT_ONCE } from "./shard-view.ts";
import { LEASE_FRESH_MS } from "./timing.ts";

/** What a rebuild has done. */
export interface Rebuilt {
  readonly pollId: PollId;
  readonly ballots: number;
  readonly ms: number;
}

export interface RebuildPorts extends RecoveryPorts {
  readonly onRebuilt?: ((rebuilt: Rebuilt) => void) | undefined;
}

/** `busy`: somebody else is at it. `ended`: META says closed. `lost`: the master changed, or the poll was closed. */
export type RebuildOutcome = "whole" | "busy" | "ended" | "lost" | "removed";

/**
 * Makes the state of a poll whole that was lost, cut short or bypassed. Rejects with an `Outage`.
 *
 * The order is the point. Dead marks first: what their nodes put has landed before the ballots are read. The token before
 * META: what META says afterwards cannot have been overtaken by a close whose fence this rebuild has not felt.
 */
export async function rebuild(
  ports: RebuildPorts,
  pollId: PollId,
  dead: readonly OpenMark[],
): Promise<RebuildOutcome> {
  const startedAt = performance.now();
  const redis = redisOf(ports, pollId);
  const buried = await ports.marks.bury(dead);
  await noteInRedis(ports, pollId);
  const token = crypto.randomUUID();
  const begun = await redis.begin(pollId, token, false);
  if (begun !== "begun") return begun;
  const { meta } = await ports.leases.read(pollId, 0);
  if (meta === "removed") await redis.drop(pollId);
  if (meta === "removed" || meta === null) return "removed";
  if (meta.control.status === "closed") return "ended";
  const epoch = await ports.debts.takeEpoch(pollId);
  const ballots = await holding(
    () => redis.bring(pollId, token, []),
    () => bringAll(ports, redis, meta, token),
  );
  if (ballots === "lost") return "lost";
  const { definition, control } = meta;
  if ((await redis.finish({ definition, control, epoch }, token)) === "lost") return "lost";
  await deleteMarks(ports.ledger, buried);
  ports.onRebuilt?.({ pollId, ballots, ms: performance.now() - startedAt });
  return "whole";
}

/**
 * A poll that was born past Redis: from now on its close waits for Redis. Before META is read, so that a close which still
 * believes that there is nothing to wait for is seen there.
 */
async function noteInRedis({ leases, marks, ledger }: RecoveryPorts, pollId: PollId): Promise<void> {
  const { meta } = await leases.read(pollId, LEASE_FRESH_MS);
  if (meta === null || meta === "removed" || meta.inRedis) return;
  await marks.under(pollId, () => ledger.noteInRedis(pollId));
}

/** All ballots of the ledger. Answers how many there were. */
async function bringAll(
  { ledger }: RecoveryPorts,
  redis: RedisSide,
  meta: Meta,
  token: string,
): Promise<number | "lost"> {
  const { pollId } = meta.definition;
  let brought = 0;
  let lost = false;
  await inParallel(meta.shards, SHARDS_AT_ONCE, async (shard) => {
    if (lost) return;
    const ballots = await ledger.ballots(meta, shard);
    brought += ballots.length;
    const calls = Math.ceil(ballots.length / BALLOTS_A_CALL);
    await inParallel(calls, CALLS_AT_ONCE / SHARDS_AT_ONCE, async (call) => {
      if (lost) return;
      const part = ballots.slice(call * BALLOTS_A_CALL, (call + 1) * BALLOTS_A_CALL);
      if ((await redis.bring(pollId, token, part)) === "lost") lost = true;
    });
  });
  return lost ? "lost" : brought;
}
