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

/** A poll that somebody follows. */
interface Followed {
  readonly listeners: Set<PollNewsListener>;
  /** The first subscription: whoever comes while it is under way waits for it too, and fails with it. */
  readonly subscribed: Promise<void>;
}

/** News over Redis sharded Pub/Sub: two channels a poll, followed once per node however many watch. */
export class RedisBus implements PollBus {
  readonly #ports: RedisBusPorts;
  readonly #followed = new Map<PollId, Followed>();
  /** What a channel that is followed is about. */
  readonly #meaning = new Map<string, { readonly pollId: PollId; readonly isEvent: boolean }>();
  #subscriber: ShardedSubscriber;
  #doubts: number[] = [];

  constructor(ports: RedisBusPorts) {
    this.#ports = ports;
    this.#subscriber = this.#connect();
  }

  async follow(pollId: PollId, listener: PollNewsListener): Promise<Unfollow> {
    const followed = this.#followed.get(pollId) ?? {
      listeners: new Set(),
      subscribed: this.#subscribe(pollId),
    };
    this.#followed.set(pollId, followed);
    followed.listeners.add(listener);
    try {
      await followed.subscribed;
    } catch (outage) {
      this.#unfollow(pollId, followed, listener);
      throw outage;
    }
    return () => this.#unfollow(pollId, followed, listener);
  }

  doubt(pollId: PollId): void {
    const now = performance.now();
    this.#doubts = [...this.#doubts.filter((at) => now - at < DEAF_WINDOW_MS), now];
    if (this.#doubts.length >= DEAF_AFTER) this.#replaceSubscriber();
    else this.subscribeAgain(pollId);
  }

  /** For a subscription that may be lost; harmless where it stands. */
  subscribeAgain(pollId: PollId): void {
    this.#subscribe(pollId).catch((trouble: unknown) =>
      this.#ports.onTrouble("look after a subscription", trouble),
    );
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
    for (const listener of this.#followed.get(pollId)?.listeners ?? []) listener(news);
  }

  async #subscribe(pollId: PollId): Promise<void> {
    const { updates, system } = this.#ports.channelsOf(pollId);
    this.#meaning.set(updates, { pollId, isEvent: false }).set(system, { pollId, isEvent: true });
    await within(SUBSCRIBE_WITHIN_MS, this.#subscriber.ssubscribe(updates, system));
  }

  #unfollow(pollId: PollId, followed: Followed, listener: PollNewsListener): void {
    followed.listeners.delete(listener);
    if (followed.listeners.size > 0 || this.#followed.get(pollId) !== followed) return;
    this.#followed.delete(pollId);
    void this.#unsubscribe(pollId);
  }

  /** One that is left over does no harm: what it brings means nothing here any more. */
  async #unsubscribe(pollId: PollId): Promise<void> {
    const { updates, system } = this.#ports.channelsOf(pollId);
    this.#meaning.delete(updates);
    this.#meaning.delete(system);
    try {
      await this.#subscriber.sunsubscribe(updates, system);
    } catch {
      // The shard is away; the client throws at once where a slot has no master.
    }
  }

  #replaceSubscriber(): void {
    this.#doubts = [];
    this.#subscriber.disconnect();
    this.#subscriber = this.#connect();
    for (const pollId of this.#followed.keys()) this.subscribeAgain(pollId);
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
  const { control, tally } = JSON.parse(message) as { readonly control: PollControl; readonly tally: Tally };
  // The release before does not say `final`; with it a poll that was closed could not change any more.
  return {
    kind: "snapshot",
    pollId,
    control,
    tally: { ...tally, final: tally.final ?? control.status === "closed" },
  };
}

function eventNews(pollId: PollId, event: string): PollNews {
  return { kind: "event", pollId, event: event as SystemEvent };
}
