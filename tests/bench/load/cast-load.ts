/** The load generator of `bench cast`, a process of its own: one job in, its report out, both JSON. */
import { type Acknowledgements, BallotSender } from "./ballot-sender.ts";
import { DIALECTS, type Dialect, OPTIONS } from "./dialect.ts";
import { type CastFigures, type Measured, Meter } from "./meter.ts";
import { openPoll, tallyOf } from "./poll-of-bench.ts";
import { FrameReader, textFrame } from "./raw-frames.ts";
import { openSockets, type RawSocket } from "./raw-socket.ts";

export interface CastJob extends Measured {
  readonly dialect: keyof typeof DIALECTS;
  readonly port: number;
  /** What an acknowledgement must say to count. */
  readonly durability: string;
  /** Each of a voter of its own, on a socket of its own. */
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Voters who each cast a first ballot, in so many polls one after the other; 0: none. */
  readonly firstVoters: number;
  readonly firstPolls: number;
}

export interface CastReport {
  readonly change: CastFigures;
  readonly first: CastFigures | null;
}

/** A run that hangs has failed: long against any answer on one machine (ms). */
const PATIENCE_MS = 20_000;

class CastLoad implements Acknowledgements {
  readonly #job: CastJob;
  readonly #dialect: Dialect;
  readonly #senders: BallotSender[] = [];
  #meter: Meter;
  #acknowledged = 0;
  #onAcknowledged: (sender: BallotSender) => void = () => {};

  constructor(job: CastJob) {
    this.#job = job;
    this.#dialect = DIALECTS[job.dialect];
    this.#meter = new Meter(job);
  }

  acknowledged(sender: BallotSender, waitedMs: number, durability: string): void {
    this.#acknowledged += 1;
    this.#meter.acknowledged(waitedMs, durability === this.#job.durability);
    this.#onAcknowledged(sender);
  }

  pending(): void {
    this.#meter.notAcknowledged();
  }

  async run(): Promise<CastReport> {
    const { inFlight, firstVoters } = this.#job;
    await this.#arrive(inFlight);
    const change = await this.#changeVotes();
    if (firstVoters === 0) return { change, first: null };
    await this.#arrive(firstVoters - inFlight);
    this.#meter = new Meter(this.#job);
    for (let poll = 0; poll < this.#job.firstPolls; poll += 1) await this.#castFirstVotes();
    return { change, first: this.#meter.figures() };
  }

  /** So many voters more. */
  async #arrive(count: number): Promise<void> {
    const before = this.#senders.length;
    const sockets = await this.#open(count, (index, bytes) => this.#senders[before + index]?.hear(bytes));
    this.#senders.push(...sockets.map((socket) => new BallotSender(this.#dialect, socket, this)));
  }

  #open(count: number, onBytes: (index: number, bytes: Buffer) => void): Promise<RawSocket[]> {
    const address = { hostname: "127.0.0.1", port: this.#job.port };
    return openSockets({ address, dialect: this.#dialect, count, onBytes, onEnd: fail });
  }

  /** Every voter changes its vote again and again, as soon as the last change is acknowledged. */
  async #changeVotes(): Promise<CastFigures> {
    const { pollId, watcher } = await this.#openPoll();
    let running = true;
    const cast = (sender: BallotSender) => sender.cast(pollId, ((sender.counted?.option ?? 0) % OPTIONS) + 1);
    this.#onAcknowledged = (sender) => {
      if (running) cast(sender);
    };
    this.#senders.forEach(cast);
    await Bun.sleep(this.#job.warmUpMs);
    this.#meter.start();
    await Bun.sleep(this.#job.measureMs);
    this.#meter.pause();
    running = false;
    await this.#settled();
    watcher.close();
    await this.#verify(pollId);
    return this.#meter.figures();
  }

  /** Every voter casts one ballot in a poll where it has none. */
  async #castFirstVotes(): Promise<void> {
    const { pollId, watcher } = await this.#openPoll();
    const waiting = this.#senders.entries();
    const castNext = () => {
      const { value, done } = waiting.next();
      if (!done) value[1].cast(pollId, (value[0] % OPTIONS) + 1);
    };
    const { promise: all, resolve } = Promise.withResolvers<void>();
    this.#onAcknowledged = () => {
      if (this.#acknowledged === this.#senders.length) resolve();
      else castNext();
    };
    this.#meter.start();
    for (let index = 0; index < this.#job.inFlight; index += 1) castNext();
    await all;
    this.#meter.pause();
    watcher.close();
    await this.#verify(pollId);
  }

  /** A poll in which nobody has voted, and somebody who watches it. */
  async #openPoll(): Promise<{ pollId: string; watcher: RawSocket }> {
    this.#acknowledged = 0;
    for (const sender of this.#senders) sender.forget();
    const pollId = await openPoll(this.#job);
    const frames = new FrameReader();
    const [watcher] = await this.#open(1, (_index, bytes) => frames.read(bytes, () => this.#meter.seen()));
    if (!watcher) throw new Error("no socket to watch with");
    const watch = this.#dialect.watch(pollId);
    if (watch !== null) watcher.send(textFrame(watch));
    return { pollId, watcher };
  }

  async #settled(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (this.#senders.some((sender) => sender.inFlight > 0)) {
      if (performance.now() > deadline) throw new Error("ballots stay without an answer");
      await Bun.sleep(5);
    }
  }

  /** What the server counts is what it acknowledged; of a server that only adds, at least the number of ballots. */
  async #verify(pollId: string): Promise<void> {
    const tally = await tallyOf(this.#job, pollId);
    if (tally === null) return;
    const expected = tally.map((_, index) => this.#countedFor(index + 1));
    const sum = tally.reduce((total, votes) => total + votes, 0);
    const equal = this.#dialect.replaces ? `${tally}` === `${expected}` : sum === this.#acknowledged;
    if (!equal) throw new Error(`acknowledged ${expected} (${this.#acknowledged} in all), counted ${tally}`);
  }

  #countedFor(option: number): number {
    return this.#senders.filter((sender) => sender.counted?.option === option).length;
  }
}

function fail(why: Error): never {
  console.error(why);
  process.exit(1);
}

const job = JSON.parse(process.argv[2] ?? "") as CastJob; // written by `cast.ts`
const report = await new CastLoad(job).run();
console.log(JSON.stringify(report));
process.exit(0);
