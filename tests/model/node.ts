import type { Choice } from "../../server/app/ballot.ts";
import type { PollControl } from "../../server/app/poll.ts";
import type { Browser } from "./browser.ts";
import { checkShown } from "./checker.ts";
import type { Ledger, Meta, Step } from "./ledger.ts";
import { type Mishap, OUTAGE } from "./network.ts";
import type { Script } from "./redis-script.ts";
import type { RedisServer, Reply } from "./redis-server.ts";
import type { Cast, Picture } from "./redis-state.ts";
import type { Life, Task } from "./scheduler.ts";
import { LEDGER_TIMEOUT_MS, REDIS_TIMEOUT_MS } from "./timing.ts";
import type { World } from "./world.ts";

/** What a node still has to do for a ballot: into the ledger, then make sure that Redis has it too. */
export interface Duty extends Cast {
  /** What must stand in the voter's item, for a ballot that was judged here; `append` for one that Redis has counted. */
  readonly put: { readonly expected: Choice | null } | "append";
  /** Entries of the outbox that Redis wrote as it counted it; none for a repeat. */
  entries: readonly string[];
  inLedger: boolean;
}

/** What a node knows of one partition of the ballots, and when it asked. */
export interface View {
  readonly sentAt: number;
  readonly ballots: ReadonlyMap<number, Choice>;
}

/** One run of the process, and what only its memory has. */
export class Run implements Life {
  alive = true;
  pausedUntil = 0;
  endedAt = Number.POSITIVE_INFINITY;
  readonly name: string;
  readonly duties = new Set<Duty>();
  /** Steps of the host that META may have taken, now or later: repeated until its `seq` has moved on. */
  readonly steps = new Set<Step>();
  /** For names that are used once: attempts to make Redis whole, casts, packs, steps. */
  attempts = 0;
  casts = 0;
  packs = 0;
  stepsBegun = 0;
  /** Counts what Redis has to be told: control that changed, an epoch that was shown. 0: nothing. */
  owesNews = 0;
  /** Its beat: under which name, whether the ledger has it, and when the last one that was confirmed was sent. */
  burials = 0;
  beats = false;
  beatSentAt = Number.NEGATIVE_INFINITY;
  /** The mark under which it puts, and whether the ledger has it. A mark that was taken back is never used again. */
  marks = 0;
  marked = false;
  readonly marksToRelease: string[] = [];
  /** Puts under way; while there are any the mark stays. */
  busy = 0;
  /** The last strong read of META, and when it was sent. */
  meta: { readonly meta: Meta; readonly sentAt: number } | null = null;
  /** The first look at META of this run; the broken variant never looks again. */
  firstMeta: Meta | null = null;
  /** The newest control it has seen anywhere. */
  known: PollControl | null = null;
  knowsRemoved = false;
  /** Where it believes the master to be. */
  view: RedisServer;
  /** It does not try Redis again before (the breaker). */
  redisOffUntil = 0;
  redisFailures = 0;
  /** Beats of other runs, and since when it has seen each. */
  readonly seenBeats = new Map<string, { readonly beat: number; readonly since: number }>();
  /** Partitions of the ballots as they were read last, for judging past Redis. */
  readonly views = new Map<number, View>();
  closedSince: number | null = null;
  tallySeen = 0;

  constructor(name: string, view: RedisServer) {
    this.name = name;
    this.view = view;
  }

  /** Under which it beats; another one after it was taken for dead. */
  get beatName(): string {
    return `${this.name}~${this.burials}`;
  }

  get mark(): string {
    return `${this.beatName}/${this.marks}`;
  }
}

/** One server process: its connections, its clock, and the run it is in. */
export class ModelNode {
  readonly world: World;
  readonly name: string;
  run: Run;
  runs = 1;
  /** What it cannot reach. */
  readonly cuts = new Set<RedisServer | "ledger">();
  /** What happens to the next call it makes. */
  mishap: Mishap | null = null;
  /** How far its wall clock is off (ms); its monotonic clock is right. */
  readonly clockOff: number;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.clockOff = world.random.between(-800, 800);
    this.run = new Run(`${name}.1`, world.redis.master);
  }

  /** Wall clock. */
  get clock(): number {
    return Math.max(0, this.world.now + this.clockOff);
  }

  *ledger<Answer>(ask: (ledger: Ledger) => Answer): Task<Answer> {
    const { ledger, network } = this.world;
    return yield* network.call<Answer>({
      canReach: () => ledger.reachable && !this.cuts.has("ledger"),
      execute: (respond) => respond(ask(ledger)),
      timeout: LEDGER_TIMEOUT_MS,
      mishap: this.#takeMishap(),
    });
  }

  /** Runs a script where this node believes the master to be; once more if that brought no answer. */
  *redis<Answer>(script: Script<Answer>, wait = false): Task<Reply<Answer>> {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        const reply = yield* this.#sendTo(this.run.view, script, wait);
        if (reply !== "MOVED") {
          this.run.redisFailures = 0;
          return reply;
        }
      } catch (thrown) {
        if (thrown !== OUTAGE) throw thrown;
      }
      this.#learnTopology();
    }
    this.run.redisFailures += 1;
    if (this.run.redisFailures >= 3) this.run.redisOffUntil = this.world.now + 1_000;
    throw OUTAGE;
  }

  /**
   * Runs a script and makes sure that it ran on the master of the slot, not on one that was replaced: a replica has it,
   * or the majority of the masters still names this one.
   */
  *redisConfirmed<Answer>(script: Script<Answer>): Task<Answer> {
    const { view } = this.run;
    const { answer, replicated } = yield* this.redis(script, true);
    if (replicated) return answer;
    const { redis, network } = this.world;
    const isOwner = yield* network.call<boolean>({
      canReach: () => this.canReach(redis.master),
      execute: (respond) => respond(redis.master === view && this.run.view === view),
      timeout: REDIS_TIMEOUT_MS,
    });
    if (!isOwner) throw OUTAGE;
    return answer;
  }

  canReach(server: RedisServer): boolean {
    return this.world.redis.reachable && !this.cuts.has(server);
  }

  *#sendTo<Answer>(
    server: RedisServer,
    script: Script<Answer>,
    wait: boolean,
  ): Task<Reply<Answer> | "MOVED"> {
    return yield* this.world.network.call<Reply<Answer> | "MOVED">({
      canReach: () => this.canReach(server),
      // The script's own answer comes back; the server carries answers of any script.
      execute: (respond) => server.receive({ script, wait, respond: respond as never }),
      timeout: wait ? REDIS_TIMEOUT_MS : REDIS_TIMEOUT_MS / 2,
      mishap: this.#takeMishap(),
    });
  }

  #takeMishap(): Mishap | null {
    const { mishap } = this;
    this.mishap = null;
    return mishap;
  }

  #learnTopology(): void {
    const { redis, random } = this.world;
    if (this.canReach(redis.master) && random.chance(0.7)) this.run.view = redis.master;
  }

  /** A strong read of META, at most `freshMs` old, counted from when it was sent: an answer may be older than it looks. */
  *meta(freshMs: number): Task<{ readonly meta: Meta; readonly sentAt: number }> {
    const { run } = this;
    if (run.meta && this.world.now - run.meta.sentAt <= freshMs) return run.meta;
    const sentAt = this.world.now;
    const meta = yield* this.ledger((ledger) => ledger.meta);
    if (!run.meta || run.meta.sentAt < sentAt) run.meta = { meta, sentAt };
    this.learn(meta.control);
    if (meta.removed) this.tellRemoved();
    return { meta, sentAt };
  }

  learn(control: PollControl): void {
    if (control.seq > (this.run.known?.seq ?? 0)) this.run.known = control;
  }

  /** Shows a picture to the browsers of this node, under the newest control it knows of. */
  show(picture: Picture): void {
    const { run } = this;
    if (run.knowsRemoved) return;
    this.learn(picture.control);
    const control = run.known ?? picture.control;
    checkShown(this, control);
    for (const browser of this.#browsers()) browser.show({ ...picture, control });
  }

  tellRemoved(): void {
    this.run.knowsRemoved = true;
    for (const browser of this.#browsers()) browser.removed = true;
  }

  #browsers(): readonly Browser[] {
    return this.world.browsers.filter((browser) => browser.node === this);
  }
}
