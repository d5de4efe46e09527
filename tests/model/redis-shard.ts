import type { PollDefinition } from "../../server/app/poll.ts";
import type { Random } from "./random.ts";
import { RedisServer } from "./redis-server.ts";
import { EMPTY } from "./redis-state.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Variant } from "./variants.ts";

/** The shard of the poll: two servers, of which one is the master; replication is asynchronous. */
export class RedisShard {
  readonly servers: readonly [RedisServer, RedisServer];
  /** Whom the majority of the masters takes for the master of the slot. */
  master: RedisServer;
  /** `false`: no node can reach any of it. */
  reachable = true;
  /** When more was lost than one server (virtual ms): what only Redis had may be gone. */
  readonly losses: number[] = [];
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler, random: Random, definition: PollDefinition, variant: Variant) {
    let numbers = 0;
    const nextNumber = () => ++numbers;
    const settings = { scheduler, random, place: { definition, variant }, nextNumber };
    this.servers = [
      new RedisServer({ ...settings, isMaster: true }),
      new RedisServer({ ...settings, isMaster: false }),
    ];
    for (const server of this.servers) server.replica = () => this.#replicaOf(server);
    this.master = this.servers[0];
    this.#scheduler = scheduler;
    this.other.follow(this.master);
  }

  /** Whether the first master is still the master, and never went down. */
  get kept(): boolean {
    return this.master.replid === 1;
  }

  /** The server that is not the master. */
  get other(): RedisServer {
    return this.servers[0] === this.master ? this.servers[1] : this.servers[0];
  }

  #replicaOf(server: RedisServer): RedisServer | null {
    const other = this.servers[0] === server ? this.servers[1] : this.servers[0];
    return other.runs && !other.frozen && other.source === server ? other : null;
  }

  /** The replica takes over, if it is in step; a master that only stood still still believes what it did. */
  failOver(): boolean {
    const replica = this.other;
    if (!replica.runs || replica.frozen || replica.source !== this.master) return false;
    replica.promote();
    this.master = replica;
    return true;
  }

  /** The server that is not the master comes back, in step. */
  rejoin(): void {
    const { other } = this;
    if (other.source === this.master && other.runs) return;
    other.runs = true;
    other.frozen = false;
    other.follow(this.master);
  }

  /** The master starts again with what its disk has, or with nothing; its replica takes that over. */
  restartMaster(keepsDisk: boolean): void {
    const { master, other } = this;
    if (keepsDisk) {
      if (master.returnToDisk()) this.losses.push(this.#scheduler.now);
    } else this.#empty(master);
    master.runs = true;
    master.frozen = false;
    master.newIncarnation();
    if (other.source === master) other.follow(master);
  }

  /** Both are empty. */
  wipe(): void {
    this.restartMaster(false);
    this.rejoin();
  }

  #empty(server: RedisServer): void {
    this.losses.push(this.#scheduler.now);
    server.history = [EMPTY];
    server.onDisk = 0;
  }
}
