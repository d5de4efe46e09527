import type { PollId } from "../../shared/ids.ts";
import type { SystemEvent } from "../../shared/messages.ts";
import type { PollControl, Tally } from "../app/poll.ts";
import type { PollBus, PollNews, PollNewsListener, Unfollow } from "../app/ports.ts";

/** What the bus needs of a client that listens; ioredis, cluster or single, is one. */
export interface ShardedSubscriber {
  ssubscribe(...channels: string[]): Promise<unknown>;
  sunsubscribe(...channels: string[]): Promise<unknown>;
  on(event: "smessage", listener: (channel: string, message: string) => void): unknown;
  disconnect(): void;
}

/** The two sharded channels of one poll. */
export interface PollChannels {
  readonly updates: string;
  readonly system: string;
}

export interface RedisBusPorts {
  readonly channelsOf: (pollId: PollId) => PollChannels;
  /** Makes a client. Called again when the one in use has gone deaf. */
  readonly connect: () => ShardedSubscriber;
  /** Told of every snapshot that comes in, whoever follows it. */
  readonly onSnapshot: (pollId: PollId, version: number) => void;
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** A subscription that is not answered for so long (ms) has failed: whoever waits for it had better ask again. */
const SUBSCRIBE_WITHIN_MS = 2_000;
/** Doubts within the window until the whole client is replaced, not only one poll's subscription. */
const DEAF_AFTER = 3;
const DEAF_WINDOW_MS = 15_000;

/** News over Redis sharded Pub/Sub: two channels a poll, followed once per node however many watch. */
export class RedisBus implements PollBus {
  readonly #ports: RedisBusPorts;
  readonly #listeners = new Map<PollId, Set<PollNewsListener>>();
  /** What a channel that is followed is about. */
  readonly #meaning = new Map<string, { readonly pollId: PollId; readonly isEvent: boolean }>();
  #subscriber: ShardedSubscriber;
  #doubts: number[] = [];

  constructor(ports: RedisBusPorts) {
    this.#ports = ports;
    this.#subscriber = this.#connect();
  }

  async follow(pollId: PollId, listener: PollNewsListener): Promise<Unfollow> {
    const listeners = this.#listeners.get(pollId) ?? new Set();
    this.#listeners.set(pollId, listeners.add(listener));
    try {
      if (listeners.size === 1) await this.#subscribe(pollId);
    } catch (outage) {
      this.#unfollow(pollId, listener);
      throw outage;
    }
    return () => this.#unfollow(pollId, listener);
  }

  doubt(pollId: PollId): void {
    const now = performance.now();
    this.#doubts = [...this.#doubts.filter((at) => now - at < DEAF_WINDOW_MS), now];
    if (this.#doubts.length >= DEAF_AFTER) this.#replaceSubscriber();
    else this.#inBackground(this.#subscribe(pollId));
  }

  close(): void {
    this.#subscriber.disconnect();
  }

  #connect(): ShardedSubscriber {
    const subscriber = this.#ports.connect();
    subscriber.on("smessage", (channel, message) => {
      const meaning = this.#meaning.get(channel);
      if (meaning) this.#heard(meaning.pollId, meaning.isEvent, message);
    });
    return subscriber;
  }

  #heard(pollId: PollId, isEvent: boolean, message: string): void {
    const news = isEvent ? eventNews(pollId, message) : snapshotNews(pollId, message);
    if (news.kind === "snapshot") this.#ports.onSnapshot(pollId, news.tally.version);
    for (const listener of this.#listeners.get(pollId) ?? []) listener(news);
  }

  async #subscribe(pollId: PollId): Promise<void> {
    const { updates, system } = this.#ports.channelsOf(pollId);
    this.#meaning.set(updates, { pollId, isEvent: false }).set(system, { pollId, isEvent: true });
    await within(SUBSCRIBE_WITHIN_MS, this.#subscriber.ssubscribe(updates, system));
  }

  #unfollow(pollId: PollId, listener: PollNewsListener): void {
    const listeners = this.#listeners.get(pollId);
    listeners?.delete(listener);
    if (listeners?.size !== 0) return;
    this.#listeners.delete(pollId);
    const { updates, system } = this.#ports.channelsOf(pollId);
    this.#meaning.delete(updates);
    this.#meaning.delete(system);
    this.#inBackground(this.#subscriber.sunsubscribe(updates, system));
  }

  #replaceSubscriber(): void {
    this.#doubts = [];
    this.#subscriber.disconnect();
    this.#subscriber = this.#connect();
    for (const pollId of this.#listeners.keys()) this.#inBackground(this.#subscribe(pollId));
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((trouble: unknown) => this.#ports.onTrouble("look after a subscription", trouble));
  }
}

/** Neither a frozen server nor a client that looks for its servers ever says that it will not answer. */
async function within(ms: number, answer: Promise<unknown>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer to a subscription within ${ms} ms`)), ms);
  await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** Scripts compose what travels here; nobody else may publish on these channels. */
function snapshotNews(pollId: PollId, message: string): PollNews {
  const snapshot = JSON.parse(message) as { readonly control: PollControl; readonly tally: Tally };
  return { kind: "snapshot", pollId, ...snapshot };
}

function eventNews(pollId: PollId, event: string): PollNews {
  return { kind: "event", pollId, event: event as SystemEvent };
}
