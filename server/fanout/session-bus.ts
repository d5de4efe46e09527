import type { SessionId } from "../../shared/ids.ts";
import { CATEGORIES, type Category } from "../app/session.ts";
import { HintChannels, type HintChannelsPorts } from "./hint-channels.ts";

export type SessionChange = readonly Category[] | "all";
export type SessionChangeListener = (sessionId: SessionId, categories: SessionChange) => void;

/**
 * Tells other nodes over sharded Pub/Sub that a session changed. Nothing depends on it: copies of critical data live a
 * second. What this node tells it does not hear: its own copies are newer.
 */
export class RedisSessionBus {
  readonly #channels: HintChannels;
  readonly #listeners: SessionChangeListener[] = [];

  constructor(ports: HintChannelsPorts) {
    this.#channels = new HintChannels({
      ...ports,
      nameOf: (index) => `session:{${index}}:invalidate`,
      onHint: (hint) => this.#heard(hint),
    });
  }

  /** Ids are hashes: any digits are spread evenly. */
  tell(sessionId: SessionId, categories: SessionChange): void {
    this.#channels.tell(Number.parseInt(sessionId.slice(-2), 16), { sessionId, categories });
  }

  listen(listener: SessionChangeListener): void {
    this.#listeners.push(listener);
  }

  subscribeAgain(): void {
    this.#channels.subscribeAgain();
  }

  close(): void {
    this.#channels.close();
  }

  /** A node of another release may tell of categories that this one does not know: then all are dropped. */
  #heard({ sessionId, categories }: Readonly<Record<string, unknown>>): void {
    if (typeof sessionId !== "string") return;
    const isKnown = (category: unknown): category is Category =>
      CATEGORIES.some((known) => known === category);
    const named = Array.isArray(categories) && categories.every(isKnown) ? categories : "all";
    for (const listener of this.#listeners) listener(sessionId as SessionId, named);
  }
}
