import type { Random } from "./random.ts";
import type { Place, Script } from "./redis-script.ts";
import { EMPTY, type RedisState } from "./redis-state.ts";
import type { Scheduler } from "./scheduler.ts";
import { WAIT_TIMEOUT_MS } from "./timing.ts";

/** What a caller hears: an answer and whether WAIT found a replica that has it; `MOVED` from a server that is no master. */
export interface Reply<Answer> {
  readonly answer: Answer;
  readonly replicated: boolean;
}

interface Request {
  readonly script: Script<unknown>;
  readonly wait: boolean;
  readonly respond: (reply: Reply<unknown> | "MOVED") => void;
}

interface ServerSettings {
  readonly isMaster: boolean;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly place: Pick<Place, "definition" | "variant">;
  readonly nextNumber: () => number;
}

/** One Redis process. Its history is a list of states, so that losing a tail is going back in it. */
export class RedisServer {
  replid = 0;
  promotedFrom = 0;
  runs = true;
  frozen = false;
  /** What it believes; a master that was replaced believes it until it hears of that. */
  isMaster: boolean;
  /** How far its clock is off (ms). */
  clockOff = 0;
  history: RedisState[] = [EMPTY];
  /** Up to here the append-only file is on the disk. */
  onDisk = 0;
  /** As a replica: the master it follows (`null`: not in step yet), and how far it has come in its history. */
  source: RedisServer | null = null;
  position = 0;
  lagsUntil = 0;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #place: Pick<Place, "definition" | "variant">;
  readonly #nextNumber: () => number;
  #waiting: { readonly offset: number; readonly hear: (replicated: boolean) => void }[] = [];
  #buffered: Request[] = [];
  #pumping = false;

  constructor({ isMaster, scheduler, random, place, nextNumber }: ServerSettings) {
    this.isMaster = isMaster;
    this.#scheduler = scheduler;
    this.#random = random;
    this.#place = place;
    this.#nextNumber = nextNumber;
    this.newIncarnation();
  }

  get state(): RedisState {
    const history = this.source ? this.source.history : this.history;
    return history[this.source ? this.position : history.length - 1] ?? EMPTY;
  }

  /** Another replication id: after a promotion, which remembers the old one, and after a start, which does not. */
  newIncarnation(promotedFrom = 0): void {
    this.replid = this.#nextNumber();
    this.promotedFrom = promotedFrom;
  }

  receive(request: Request): void {
    if (!this.runs) return;
    if (this.frozen) this.#buffered.push(request);
    else if (this.isMaster) this.#execute(request);
    else request.respond("MOVED");
  }

  /** Runs what was buffered, as the master it still believes to be. */
  thaw(): void {
    this.frozen = false;
    const buffered = this.#buffered;
    this.#buffered = [];
    for (const request of buffered) this.receive(request);
  }

  /** The process is gone, with its connections. */
  die(): void {
    this.runs = false;
    this.frozen = false;
    this.#buffered = [];
    this.#waiting = [];
  }

  /** Goes back to what the disk has. Returns whether that lost something. */
  returnToDisk(): boolean {
    const lost = this.history.length - 1 > this.onDisk;
    this.history.length = this.onDisk + 1;
    return lost;
  }

  /** A replica becomes the master of what it has. */
  promote(): void {
    const { source } = this;
    if (source) this.history = source.history.slice(0, this.position + 1);
    const from = source?.replid;
    this.onDisk = this.history.length - 1;
    this.source = null;
    this.isMaster = true;
    this.newIncarnation(from);
  }

  /** Full synchronisation: becomes a replica of `master` as that is now. */
  follow(master: RedisServer): void {
    this.isMaster = false;
    this.source = master;
    this.position = master.history.length - 1;
    this.#waiting = [];
    master.pump();
  }

  /** The replica that is in step takes what there is, a little at a time. */
  replica: () => RedisServer | null = () => null;

  pump(): void {
    const replica = this.replica();
    if (this.#pumping || !replica || replica.position >= this.history.length - 1) return;
    this.#pumping = true;
    const delay = Math.max(this.#random.between(0, 4), replica.lagsUntil - this.#scheduler.now);
    this.#scheduler.after(delay, () => this.#replicate());
  }

  #replicate(): void {
    this.#pumping = false;
    const replica = this.replica();
    if (!replica || !this.runs || this.frozen) return;
    if (replica.lagsUntil <= this.#scheduler.now) {
      replica.position = this.#random.between(replica.position, this.history.length - 1);
      const heard = this.#waiting.filter(({ offset }) => offset <= replica.position);
      if (heard.length > 0) this.#waiting = this.#waiting.filter(({ offset }) => offset > replica.position);
      for (const { hear } of heard) hear(true);
    }
    this.pump();
  }

  #execute({ script, wait, respond }: Request): void {
    const now = Math.max(0, this.#scheduler.now + this.clockOff);
    const before = this.state;
    const [next, answer] = script(before, {
      replid: this.replid,
      promotedFrom: this.promotedFrom,
      now,
      nonce: this.#nextNumber(),
      ...this.#place,
    });
    if (next !== before) this.history.push(next);
    if (this.#random.chance(0.3)) this.onDisk = this.#random.between(this.onDisk, this.history.length - 1);
    this.pump();
    if (wait) this.#wait((replicated) => respond({ answer, replicated }));
    else respond({ answer, replicated: false });
  }

  #wait(hear: (replicated: boolean) => void): void {
    const offset = this.history.length - 1;
    if (this.replica() === null) return void this.#scheduler.after(WAIT_TIMEOUT_MS, () => hear(false));
    let told = false;
    const once = (replicated: boolean) => {
      if (told) return;
      told = true;
      hear(replicated);
    };
    this.#waiting.push({ offset, hear: once });
    this.#scheduler.after(WAIT_TIMEOUT_MS, () => once(false));
  }
}
