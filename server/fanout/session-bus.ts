import { randomUUID } from "node:crypto";
import type { SessionId } from "../../shared/ids.ts";
import { CATEGORIES, type Category } from "../app/session.ts";
import type { ShardedSubscriber } from "./redis-bus.ts";

/** Few, so that a node follows them all; several, so that one shard that is away does not silence the others. */
const CHANNELS = 8;

export type SessionChange = readonly Category[] | "all";
export type SessionChangeListener = (sessionId: SessionId, categories: SessionChange) => void;

export interface RedisSessionBusPorts {
  /** A client that listens, once Redis has been found. */
  readonly subscriber: Promise<ShardedSubscriber>;
  /** Publishes in the shard of the channel. */
  readonly publish: (channel: string, message: string) => Promise<unknown>;
}

/**
 * Tells other nodes over sharded Pub/Sub that a session changed. Nothing depends on it: copies of critical data live a
 * second, so whatever goes wrong here is passed over.
 */
export class RedisSessionBus {
  readonly #ports: RedisSessionBusPorts;
  readonly #listeners: SessionChangeListener[] = [];
  /** What this node tells it does not want to hear: its own copies are newer. */
  readonly #self = randomUUID();
  #subscriber: ShardedSubscriber | null = null;
  #closed = false;

  constructor(ports: RedisSessionBusPorts) {
    this.#ports = ports;
    void ports.subscriber.then((subscriber) => this.#listenTo(subscriber));
  }

  tell(sessionId: SessionId, categories: SessionChange): void {
    const message = JSON.stringify({ from: this.#self, sessionId, categories });
    this.#ports.publish(sessionChannel(sessionId), message).catch(() => {});
  }

  listen(listener: SessionChangeListener): void {
    this.#listeners.push(listener);
  }

  /** A shard answers again, and may have forgotten who listens; harmless where it has not. */
  subscribeAgain(): void {
    const subscriber = this.#subscriber;
    if (!subscriber) return;
    // One by one: they are in different slots. The client throws at once where a slot has no master.
    for (const channel of SESSION_CHANNELS) void subscribeTo(subscriber, channel);
  }

  close(): void {
    this.#closed = true;
    this.#subscriber?.disconnect();
  }

  #listenTo(subscriber: ShardedSubscriber): void {
    if (this.#closed) {
      subscriber.disconnect();
      return;
    }
    this.#subscriber = subscriber;
    subscriber.on("smessage", (_channel, message) => this.#heard(message));
    this.subscribeAgain();
  }

  #heard(message: string): void {
    const change = readChange(message);
    // What is no message of ours is nobody's business here.
    if (!change || change.from === this.#self) return;
    for (const listener of this.#listeners) listener(change.sessionId, change.categories);
  }
}

/** The bus of a node that is alone: it has nobody to tell. */
export class LocalSessionBus {
  tell(): void {}
  listen(): void {}
}

const SESSION_CHANNELS = Array.from({ length: CHANNELS }, (_, index) => `session:{${index}}:invalidate`);

/** Ids are hashes: any digit is spread evenly. */
function sessionChannel(sessionId: SessionId): string {
  const index = Number.parseInt(sessionId.slice(-2), 16) % CHANNELS;
  return `session:{${index}}:invalidate`;
}

async function subscribeTo(subscriber: ShardedSubscriber, channel: string): Promise<void> {
  try {
    await subscriber.ssubscribe(channel);
  } catch {
    // It is tried again when the shard is back.
  }
}

/** A node of another release may tell of categories that this one does not know: then all are dropped. */
function readChange(message: string) {
  const { from, sessionId, categories } = parsed(message);
  if (typeof sessionId !== "string") return null;
  const isKnown = (category: unknown): category is Category => CATEGORIES.some((known) => known === category);
  const named = Array.isArray(categories) && categories.every(isKnown) ? categories : "all";
  return { from, sessionId: sessionId as SessionId, categories: named } as const;
}

/** As `tell` published it; whatever else somebody may publish is empty. */
function parsed(message: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(message));
  } catch {
    return {};
  }
}
