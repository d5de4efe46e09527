import type { Level } from "../../shared/ops-report.ts";
import { LEVEL_NAMES } from "../../shared/ops-report.ts";
import type { Log } from "./log.ts";

/** A shard is worse or better than it was. */
export interface LevelChange {
  /** Its master. */
  readonly shard: string;
  readonly from: Level;
  readonly to: Level;
  /** What was seen. */
  readonly why: string;
  /** What vouches for ballots of this shard from now on. */
  readonly ballots: string;
}

/** Something an operator may want to know of a store. Told once when it begins, and once when it is over. */
export interface StoreNotice {
  readonly severity: "info" | "warning" | "emergency";
  readonly store: string;
  readonly text: string;
  /** Epoch ms. */
  readonly since?: number;
  /** What to do. */
  readonly action?: string;
}

export interface OnStores {
  readonly onLevel: (change: LevelChange) => void;
  readonly onNotice: (notice: StoreNotice) => void;
}

/** One line for each change of level and each notice. */
export function storeLog(log: Log): OnStores {
  return {
    onLevel({ shard, from, to, why, ballots }) {
      const line = { shard, from, to, levelName: LEVEL_NAMES[to], why, ballots };
      const message = `level ${from} → ${to} (${LEVEL_NAMES[to]}): ${why}`;
      if (to === 0) log.info(line, message);
      else if (to < 4) log.warn(line, message);
      else log.error(line, message);
    },
    onNotice({ severity, text, since, ...rest }) {
      const line = {
        severity,
        ...rest,
        ...(since !== undefined && { since: new Date(since).toISOString() }),
      };
      if (severity === "info") log.info(line, text);
      else if (severity === "warning") log.warn(line, text);
      else log.error(line, text);
    },
  };
}
