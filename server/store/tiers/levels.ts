import type { Level } from "../../../shared/ops-report.ts";

/** Sessions in the local cache live this long (ms); after that a shard that is away has left nothing here. */
export const LOCAL_CACHE_MS = 30 * 60 * 1_000;

/** What is known of a shard at this moment. */
export interface ShardState {
  readonly primary: "answers" | "away";
  readonly replica: "answers" | "away";
  /** How long ago anything of it answered (ms); infinite if this node has never seen it. */
  readonly seenAgoMs: number;
  /** `none`: not configured. */
  readonly ledger: "answers" | "away" | "none";
}

/**
 * How degraded a shard is. Derived anew each time, never kept on its own. Where there is no ledger nothing can take
 * ballots past the master, whatever its replica shows: that is level 4 from the first moment.
 */
export function levelOf({ primary, replica, seenAgoMs, ledger }: ShardState): Level {
  if (primary === "answers") return 0;
  if (ledger !== "answers") return 4;
  if (replica === "answers") return 1;
  return seenAgoMs <= LOCAL_CACHE_MS ? 2 : 3;
}

/** A node is as well as its worst shard; a poll is as well as its own. */
export function worstOf(levels: Iterable<Level>): Level {
  let worst: Level = 0;
  for (const level of levels) if (level > worst) worst = level;
  return worst;
}
