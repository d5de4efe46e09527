import type { Dialect, Heard } from "./dialect.ts";
import { FrameReader, textFrame } from "./raw-frames.ts";
import type { RawSocket } from "./raw-socket.ts";

interface Sent {
  readonly option: number;
  readonly frame: Buffer;
  /** Monotonic ms. */
  readonly at: number;
}

/** What the voters together have seen. */
export interface Acknowledgements {
  /** `waitedMs`: from sending to this. */
  acknowledged(sender: BallotSender, waitedMs: number, durability: string): void;
  pending(): void;
}

/** One voter: casts ballots and keeps account of those that were acknowledged. */
export class BallotSender {
  /** The acknowledged ballot that counts: the one with the greatest number. */
  counted: { readonly number: number; readonly option: number } | null = null;
  readonly #dialect: Dialect;
  readonly #socket: RawSocket;
  readonly #all: Acknowledgements;
  readonly #frames = new FrameReader();
  readonly #unanswered = new Map<number, Sent>();
  #number = 0;

  constructor(dialect: Dialect, socket: RawSocket, all: Acknowledgements) {
    this.#dialect = dialect;
    this.#socket = socket;
    this.#all = all;
  }

  get inFlight(): number {
    return this.#unanswered.size;
  }

  /** For a new poll: what was acknowledged in the last one no longer counts. */
  forget(): void {
    this.counted = null;
  }

  cast(pollId: string, option: number): void {
    this.#number += 1;
    const frame = textFrame(this.#dialect.vote(pollId, option, this.#number));
    this.#unanswered.set(this.#number, { option, frame, at: performance.now() });
    this.#socket.send(frame);
  }

  hear(bytes: Buffer): void {
    this.#frames.read(bytes, (text) => this.#heard(this.#dialect.hear(text)));
  }

  #heard(heard: Heard): void {
    if (heard.kind !== "acknowledged" && heard.kind !== "pending") return;
    const sent = this.#unanswered.get(heard.number);
    if (!sent) throw new Error(`an answer to ballot ${heard.number}, which waits for none`);
    if (heard.kind === "pending") {
      this.#all.pending();
      this.#socket.send(sent.frame);
      return;
    }
    this.#unanswered.delete(heard.number);
    if (heard.number > (this.counted?.number ?? 0)) {
      this.counted = { number: heard.number, option: sent.option };
    }
    this.#all.acknowledged(this, performance.now() - sent.at, heard.durability);
  }
}
