import type { Clock } from "../../server/app/ports.ts";
import { RedisSessionBus } from "../../server/fanout/session-bus.ts";
import type { DynamoSettings } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { DynamoSessions } from "../../server/store/dynamo/dynamo-sessions.ts";
import { connectSubscriber, type RedisSettings } from "../../server/store/redis/connect-redis.ts";
import { RedisSessions } from "../../server/store/redis/redis-sessions.ts";
import { TierConnection } from "../../server/store/redis/tier-connection.ts";
import { StoreBreakers } from "../../server/store/tiers/breakers.ts";
import { LEDGER } from "../../server/store/tiers/health.ts";
import { MemorySessionTier } from "../../server/store/tiers/memory-session-tier.ts";
import { StoreMonitor } from "../../server/store/tiers/monitor.ts";
import { TieredSessions } from "../../server/store/tiers/tiered-sessions.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { Level } from "../../shared/ops-report.ts";

export interface SessionNodeParts {
  readonly redis: RedisSettings | null;
  readonly dynamo: DynamoSettings;
  readonly clock?: Clock;
  /** Told something that nobody hears. */
  readonly isDeaf?: boolean;
  /** Copies in the local tier. */
  readonly copies?: number;
}

let nodes = 0;

/** What one node has for its sessions, wired as the product does, with its own breakers and monitor. To be closed. */
export class SessionNode {
  readonly sessions: TieredSessions;
  readonly breakers = new StoreBreakers();
  readonly connection: TierConnection | null;
  readonly redis: RedisSessions | null;
  readonly database: DynamoSessions;
  readonly local: MemorySessionTier;
  /** What went wrong behind the scenes. */
  readonly troubles: string[] = [];
  readonly #monitor: StoreMonitor;
  readonly #ledger: DynamoLedger;
  readonly #bus: RedisSessionBus;
  #probing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor({ redis, dynamo, clock = Date.now, isDeaf = false, copies = 1_000 }: SessionNodeParts) {
    const { breakers } = this;
    const onTrouble = (doing: string, trouble: unknown) => void this.troubles.push(`${doing}: ${trouble}`);
    nodes += 1;
    const node = `node-${nodes}`;
    const connection =
      redis && new TierConnection({ settings: redis, breakers, onTrouble, onError: () => {} });
    this.connection = connection;
    const onRequest = (_operation: string, _seconds: number, outcome: string) => {
      if (outcome === "failed") breakers.failed(LEDGER);
    };
    this.#ledger = new DynamoLedger({ settings: dynamo, ballotRetentionDays: 30, clock, onRequest });
    this.#monitor = new StoreMonitor({
      shards: connection && (() => connection.shards()),
      ledger: { probe: (name) => this.#probed(name) },
      node,
      breakers,
      clock,
      onNotice: () => {},
      onLevel: () => {},
    });
    this.#bus = new RedisSessionBus({
      subscriber:
        redis && connection && !isDeaf
          ? connection.found.then((topology) => connectSubscriber(redis, topology).on("error", () => {}))
          : new Promise(() => {}),
      publish: async (channel, message) => connection?.askAt(channel, (to) => to.spublish(channel, message)),
    });
    this.redis = connection && new RedisSessions(connection, clock);
    this.database = new DynamoSessions(this.#ledger.table);
    this.local = new MemorySessionTier({ clock, max: copies });
    this.sessions = new TieredSessions({
      local: this.local,
      redis: this.redis,
      database: this.database,
      bus: this.#bus,
      levelOf: (sessionId) => this.levelOf(sessionId),
      isDatabaseAway: () => breakers.isOpen(LEDGER),
      node,
      clock,
      onTrouble,
    });
    breakers.onReset(() => this.#bus.subscribeAgain());
    this.#monitor.start();
    this.sessions.start();
  }

  levelOf(sessionId: SessionId): Level {
    const { level, shards } = this.#monitor.report();
    const name = this.redis?.shardOf(sessionId);
    return shards.find((shard) => shard.name === name)?.level ?? level;
  }

  get isDatabaseAway(): boolean {
    return this.breakers.isOpen(LEDGER);
  }

  /** May be called twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#monitor.stop();
    await this.#probing;
    await this.sessions.close();
    this.#bus.close();
    await this.connection?.close();
    await this.#ledger.close();
  }
  /** What is under way must be over before the table goes. */
  #probed(node: string): Promise<void> {
    const probe = this.#ledger.probe(node);
    this.#probing = probe.catch(() => {});
    return probe;
  }
}
