import { randomUUID } from "node:crypto";
import type { ShardedSubscriber } from "./redis-bus.ts";

/** Few, so that a node follows them all; several, so that one shard that is away does not silence the others. */
const CHANNELS = 8;

export interface HintChannelsPorts {
  /** A client that listens, once Redis has been found. */
  readonly subscriber: Promise<ShardedSubscriber>;
  /** Publishes in the shard of the channel. */
  readonly publish: (channel: string, message: string) => Promise<unknown>;
}

export interface HintChannelsParts extends HintChannelsPorts {
  readonly nameOf: (index: number) => string;
  /** Told of what other nodes told. A node of another release may tell what this one does not know. */
  readonly onHint: (hint: Readonly<Record<string, unknown>>) => void;
}

/**
 * A fixed set of sharded channels that every node follows. Nothing depends on them: whoever is told late or never finds
 * out by itself soon, so whatever goes wrong here is passed over.
 */
export class HintChannels {
  readonly #parts: HintChannelsParts;
  readonly #names: readonly string[];
  /** What this node tells it does not want to hear. */
  readonly #self = randomUUID();
  #subscriber: ShardedSubscriber | null = null;
  #closed = false;

  constructor(parts: HintChannelsParts) {
    this.#parts = parts;
    this.#names = Array.from({ length: CHANNELS }, (_, index) => parts.nameOf(index));
    void parts.subscriber.then((subscriber) => this.#listenTo(subscriber));
  }

  /** `spread`: a whole number, always the same for the same thing. */
  tell(spread: number, hint: Readonly<Record<string, unknown>>): void {
    const message = JSON.stringify({ from: this.#self, ...hint });
    this.#parts.publish(this.#parts.nameOf(spread % CHANNELS), message).catch(() => {});
  }

  /** A shard answers again, and may have forgotten who listens; harmless where it has not. */
  subscribeAgain(): void {
    const subscriber = this.#subscriber;
    if (!subscriber) return;
    // One by one: they are in different slots. The client throws at once where a slot has no master.
    for (const channel of this.#names) void subscribeTo(subscriber, channel);
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
    subscriber.on("smessage", (_channel, message) => {
      const hint = parsed(message);
      if (hint.from !== this.#self) this.#parts.onHint(hint);
    });
    this.subscribeAgain();
  }
}

async function subscribeTo(subscriber: ShardedSubscriber, channel: string): Promise<void> {
  try {
    await subscriber.ssubscribe(channel);
  } catch {
    // It is tried again when the shard is back.
  }
}

/** As `tell` published it; whatever else somebody may publish is empty. */
function parsed(message: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(message));
  } catch {
    return {};
  }
}
