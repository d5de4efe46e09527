import type { PollId } from "../../../shared/ids.ts";
import type { Clock } from "../../app/ports.ts";
import { repeat } from "../../app/repeat.ts";
import type { Debts } from "./debts.ts";
import type { Drainer } from "./drainer.ts";
import type { Ledger, OpenMark } from "./ledger.ts";
import type { Marks } from "./marks.ts";
import type { MetaLeases } from "./meta-leases.ts";
import type { RedisSide } from "./redis-side.ts";

/** What making whole, closing and settling a poll need. */
export interface RecoveryPorts {
  readonly ledger: Ledger;
  /** `null`: the ledger alone. */
  readonly redis: RedisSide | null;
  readonly leases: MetaLeases;
  readonly marks: Pick<Marks, "under" | "bury">;
  readonly debts: Pick<Debts, "takeEpoch">;
  readonly drainer: Pick<Drainer, "drainEntries" | "drainOwn">;
  /** Wall clock, for versions. */
  readonly clock: Clock;
}

/** Ballots a script merges in one run, so that a run stays at about a millisecond. */
export const BALLOTS_A_CALL = 500;
/** Calls under way at the same time: a master answers the confirmations of many at once. */
export const CALLS_AT_ONCE = 16;

/** A token that nobody has heard of for three seconds may be taken over; a great shard takes longer to read. */
const HELD_EVERY_MS = 1_000;

/** Does `work` while `hold` says again and again that its token is in use. */
export async function holding<Answer>(
  hold: () => Promise<unknown>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  // That the token is lost, or Redis is away, is heard by the work itself.
  const stop = repeat(
    () => HELD_EVERY_MS,
    hold,
    () => {},
  );
  try {
    return await work();
  } finally {
    stop();
  }
}

/** Takes marks away whose runs are buried, once what they asked for is done. */
export async function deleteMarks(
  ledger: Pick<Ledger, "deleteMark">,
  marks: readonly OpenMark[],
): Promise<void> {
  await Promise.all(marks.map((mark) => ledger.deleteMark(mark)));
}

/** Redis, where it must be there. */
export function redisOf({ redis }: Pick<RecoveryPorts, "redis">, pollId: PollId): RedisSide {
  if (!redis) throw new Error(`Poll ${pollId} is to be brought to a Redis that this node does not have.`);
  return redis;
}
