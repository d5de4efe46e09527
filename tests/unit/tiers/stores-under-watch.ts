/** Stores that are well or away as a test says, and a monitor on a clock that only moves when told. */
import type { StoreNotice } from "../../../server/ops/store-log.ts";
import { StoreBreakers } from "../../../server/store/tiers/breakers.ts";
import type { ProbedShard } from "../../../server/store/tiers/health.ts";
import { StoreMonitor } from "../../../server/store/tiers/monitor.ts";
import { manualTimers } from "../../support/manual-timers.ts";

/** `silent`: takes the question and never answers. `slow`: answers after a fifth of a second. */
export type Mood = "well" | "away" | "silent" | "slow";

export interface Store {
  mood: Mood;
  /** When it was asked, ms. */
  readonly askedAt: number[];
}

export interface Shard extends Store {
  replica: Mood;
}

/** The wall clock is this far ahead of the timers. */
export const NOON = Date.UTC(2030, 0, 1, 12);

export function watchStores({ withLedger = true, withRedis = true } = {}) {
  const timers = manualTimers();
  const shards = new Map<string, Shard>();
  const ledger: Store = { mood: "well", askedAt: [] };
  const lines: string[] = [];
  const notices: StoreNotice[] = [];
  const answerOf = (mood: Mood) =>
    new Promise<void>((resolve, reject) => {
      if (mood === "well") resolve();
      if (mood === "away") reject(new Error("connection refused"));
      if (mood === "slow") timers.after(200, resolve);
    });
  const ask = (store: Store) => {
    store.askedAt.push(timers.now());
    return answerOf(store.mood);
  };
  const probed = ([name, shard]: [string, Shard]): ProbedShard => ({
    name,
    probe: () => ask(shard),
    probeReplica: () => answerOf(shard.replica),
  });
  const breakers = new StoreBreakers(timers.now);
  const monitor = new StoreMonitor({
    shards: withRedis ? () => [...shards].map(probed) : null,
    ledger: withLedger ? { probe: () => ask(ledger) } : null,
    node: "node-1",
    breakers,
    clock: () => NOON + timers.now(),
    timers,
    random: () => 0.5,
    onLevel: ({ shard, from, to, why }) => lines.push(`${shard} ${from}→${to}: ${why}`),
    onNotice: (notice) => notices.push(notice),
  });
  return {
    timers,
    shards,
    ledger,
    lines,
    notices,
    breakers,
    monitor,
    addShard(name: string): Shard {
      const shard: Shard = { mood: "well", replica: "well", askedAt: [] };
      shards.set(name, shard);
      return shard;
    },
  };
}
