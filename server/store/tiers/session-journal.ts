/** Brings to Redis the critical writes that missed it, and judges by that whether Redis is believed. */
import type { Clock } from "../../app/ports.ts";
import { isOver, type SessionKey, type Standing } from "../../app/session.ts";
import type { Timers } from "../../app/timers.ts";
import { inParallel } from "./in-parallel.ts";
import { orNull } from "./or-null.ts";
import type { SessionCopies } from "./session-copies.ts";
import type { SessionStores } from "./session-stores.ts";
import type { SessionTrust, ShardToJudge } from "./session-trust.ts";
import { SharedRounds } from "./shared-rounds.ts";

/**
 * From the end of one round to the next (ms). A revocation that missed Redis is in the journal before it is acknowledged;
 * with 800 ms for the slowest answer every node knows of it well within the 2 s of T2.
 */
const EVERY_MS = 400;
const PAGE = 200;
const REPLAYS_AT_ONCE = 16;

interface Missed {
  readonly id: string;
  readonly key: SessionKey;
  readonly standing: Standing;
}

export interface SessionJournalPorts {
  readonly stores: SessionStores;
  /** `null`: there is no Redis, and nothing to do. */
  readonly trust: SessionTrust | null;
  readonly copies: SessionCopies;
  readonly node: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

export class SessionJournal {
  readonly #ports: SessionJournalPorts;
  readonly #rounds = new SharedRounds(() => this.#round());
  #callOff: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  /** Whether this node has ever read the journal. */
  #hasScanned = false;

  constructor(ports: SessionJournalPorts) {
    this.#ports = ports;
  }

  /** Rounds begin, and go on until `stop`. */
  start(): void {
    if (this.#ports.trust) this.#running = this.#again();
  }

  /** Resolves when the round that runs is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#callOff();
    await this.#running;
  }

  /** Resolves after a round that began now or later, whatever came of it. */
  judge(): Promise<void> {
    return this.#rounds.ask();
  }

  /** Rejects with an `Outage`. */
  async write(key: SessionKey, standing: Standing): Promise<void> {
    const { stores, trust, node } = this.#ports;
    trust?.missed(key.sessionId);
    await stores.writeDatabase((database) => database.journal(node, key, standing));
    // A round that read the journal just before must not take it for replayed.
    trust?.missed(key.sessionId);
  }

  async #again(): Promise<void> {
    await this.judge();
    if (this.#stopped) return;
    this.#callOff = this.#ports.timers.after(EVERY_MS, () => {
      this.#running = this.#again();
    });
  }

  async #round(): Promise<void> {
    const { trust } = this.#ports;
    if (!trust) return;
    try {
      const shown = await this.#generations(trust);
      const isReplayed = await this.#replayAll(trust);
      // A node that starts while the database is away has seen no outage of Redis: it believes what it finds.
      const isStart = !isReplayed && !this.#hasScanned;
      for (const shard of shown) if (isReplayed || (isStart && shard.doubts === 0)) trust.replayed(shard);
    } catch (trouble) {
      this.#ports.onTrouble("replay the journal of sessions", trouble);
    }
  }

  /** Those that say whose memory they have. */
  async #generations(trust: SessionTrust): Promise<ShardToJudge[]> {
    const { stores } = this.#ports;
    const asked = trust.toJudge().map(async (shard) => {
      const ask = stores.askRedis(shard.sample, (redis) => redis.generation(shard.sample));
      const generation = await orNull(ask);
      return generation === null ? [] : [trust.showed(shard, generation)];
    });
    return (await Promise.all(asked)).flat();
  }

  /** Whether the whole journal was read; of what could not be replayed Redis is not believed. */
  async #replayAll(trust: SessionTrust): Promise<boolean> {
    const { timers, copies } = this.#ports;
    const begunAt = timers.now();
    const missed = await orNull(this.#scan());
    if (missed === null) return false;
    this.#hasScanned = true;
    // Before anything else: from now on nobody here believes Redis about these.
    for (const { key } of missed) {
      trust.missed(key.sessionId);
      copies.drop(key.sessionId, "all");
    }
    const replayed: Missed[] = [];
    await inParallel(missed.length, REPLAYS_AT_ONCE, async (index) => {
      const one = missed[index];
      if (one && (await this.#replay(one))) replayed.push(one);
    });
    const done = new Set(replayed.map(({ id }) => id));
    const left = new Set(missed.filter(({ id }) => !done.has(id)).map(({ key }) => key.sessionId));
    for (const { key } of replayed) if (!left.has(key.sessionId)) trust.caughtUp(key.sessionId);
    trust.settle(left, begunAt);
    await this.#forget([...done]);
    return true;
  }

  async #scan(): Promise<Missed[]> {
    const { stores } = this.#ports;
    const missed: Missed[] = [];
    let cursor: string | undefined;
    do {
      const from = cursor;
      const page = await stores.askDatabase((database) => database.journalled(PAGE, from));
      missed.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return missed;
  }

  /** Whether Redis has it, safely: then, and only then, it may be forgotten. */
  async #replay({ key, standing }: Missed): Promise<boolean> {
    const { stores, clock } = this.#ports;
    if (isOver(standing, clock())) return true;
    const { sessionId } = key;
    if ("revoked" in standing) {
      const { endsAt } = standing;
      const revoke = stores.writeRedis(sessionId, (redis) => redis.revoke(sessionId, endsAt));
      return (await orNull(revoke.then(() => true))) ?? false;
    }
    return (await orNull(stores.writeRedis(sessionId, (redis) => redis.putSafely(key, standing)))) !== null;
  }

  /** What is not forgotten is replayed again: it changes nothing. */
  async #forget(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await orNull(this.#ports.stores.askDatabase((database) => database.forget(ids)));
  }
}
