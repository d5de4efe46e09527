import { LRUCache } from "lru-cache";
import type { PollId, VoterId } from "../../../shared/ids.ts";
import type { Ballot, CastOutcome, Choice } from "../../app/ballot.ts";
import { KeptTimelines } from "../../app/kept-timelines.ts";
import { isNewer, type Poll, type PollControl, type PollDefinition, type Tally } from "../../app/poll.ts";
import type { AuditEntry, Clock, ControlChange, PollNews, PollStore } from "../../app/ports.ts";
import { choiceOf, choiceText, supersedes } from "../../app/register.ts";
import { countSteps, type Span, type Timeline } from "../../app/timeline.ts";
import { BallotWay } from "./ballot-way.ts";
import { Debts } from "./debts.ts";
import { Drainer } from "./drainer.ts";
import { KeptBallots } from "./kept-ballots.ts";
import type { Ledger, LedgerStep, Meta } from "./ledger.ts";
import { LedgerView } from "./ledger-view.ts";
import { isOutage, LedgerWay } from "./ledger-way.ts";
import { Marks } from "./marks.ts";
import { MetaLeases } from "./meta-leases.ts";
import { orNull } from "./or-null.ts";
import type { RedisSide } from "./redis-side.ts";
import { Sweep } from "./sweep.ts";
import { Tender } from "./tend.ts";
import { LEASE_FRESH_MS } from "./timing.ts";

/** A poll whose state was not to be trusted is asked of Redis again after this (ms). */
const COLD_MS = 500;
const REMEMBERED = 20_000;

export interface TieredPollStorePorts {
  readonly ledger: Ledger;
  /** `null`: the ledger alone. */
  readonly redis: RedisSide | null;
  /** Whether the ledger is known to be away. */
  readonly isLedgerAway: () => boolean;
  /** This node's name: no other may have it. */
  readonly node: string;
  readonly clock: Clock;
  /** Tells whoever follows on this node; what Redis was told it tells all nodes itself. */
  readonly tell: (news: PollNews) => void;
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/**
 * Polls in Redis, with the ledger beneath: through Redis where that answers and can be trusted, past it otherwise. The
 * protocol, and the schedule of events that each of its steps closes, are in `docs/ballots.md`.
 */
export class TieredPollStore implements PollStore {
  readonly #ports: TieredPollStorePorts;
  readonly #leases: MetaLeases;
  readonly #debts: Debts;
  readonly #drainer: Drainer;
  readonly #ballotWay: BallotWay;
  readonly #view: LedgerView;
  readonly #timelines: KeptTimelines;
  readonly #cold = new LRUCache<PollId, true>({ max: REMEMBERED, ttl: COLD_MS });
  /** For figures. */
  readonly kept = new KeptBallots();
  readonly marks: Marks;
  readonly tender: Tender;
  /** What every node does for polls that nobody watches here; begins with `start`. */
  readonly sweep: Sweep;

  constructor(ports: TieredPollStorePorts) {
    const { kept } = this;
    this.#ports = ports;
    const leases = new MetaLeases(ports.ledger);
    const isOwing = (pollId: PollId) => kept.has(pollId) || this.#debts.has(pollId);
    const marks = new Marks({ ...ports, isOwing });
    const base = { ...ports, leases, marks, kept, onCold: (pollId: PollId) => this.#noteCold(pollId) };
    const debts = new Debts(base);
    const drainer = new Drainer(base);
    const view = new LedgerView({ ...base, debts });
    view.onChange(({ definition: { pollId }, control, tally }) =>
      ports.tell({ kind: "snapshot", pollId, control, tally }),
    );
    this.#leases = leases;
    this.marks = marks;
    this.#debts = debts;
    this.#drainer = drainer;
    this.#view = view;
    this.#ballotWay = new BallotWay({
      ...base,
      drainer,
      ledgerWay: new LedgerWay({ ...base, drainer, view }),
      onCountedInLedger: (pollId) => view.changed(pollId),
    });
    this.#timelines = new KeptTimelines((poll, span) => this.#countSteps(poll, span), ports.clock);
    this.tender = new Tender({ ...base, debts, drainer, view });
    this.sweep = new Sweep({ ...base, tender: this.tender });
  }

  async create(
    definition: PollDefinition,
    control: PollControl,
    audit: AuditEntry,
  ): Promise<"created" | "taken"> {
    const { ledger, redis } = this.#ports;
    const { pollId } = definition;
    const inRedis = redis !== null && !redis.isAway(pollId);
    const create = () => ledger.create({ definition, control, inRedis }, audit);
    const created = await (inRedis ? this.marks.under(pollId, create) : create());
    if (created === "taken") return created;
    this.#ballotWay.learn(definition);
    if (inRedis) {
      this.#debts.owe(pollId);
      const owed = this.#debts.owed(pollId);
      await this.#orOwe(async () => {
        await redis.create({ definition, control, epoch: 1 });
        this.#debts.paid(pollId, owed);
      });
    }
    return created;
  }

  async read(pollId: PollId): Promise<Poll | null> {
    const seen = await this.#readRedis(pollId);
    if (seen === "removed") return null;
    const poll = seen ?? (await this.#readLedger(pollId));
    if (!poll) return null;
    this.#ballotWay.learn(poll.definition);
    // Nothing is shown under an older control than this node has seen anywhere.
    const control = this.#leases.newest(pollId, poll.control);
    return control === "removed" ? null : { ...poll, control };
  }

  async reconcile(
    pollId: PollId,
    shown: Pick<Tally, "epoch" | "version">,
    control: PollControl,
  ): Promise<Poll | null> {
    // A master that was replaced may answer, and not know what was heard over the bus.
    this.#leases.newest(pollId, control);
    const poll = await this.read(pollId);
    // Whatever was shown there: browsers take only what is newer.
    if (poll && isNewer(shown, poll.tally) && this.#debts.owed(pollId) === 0) this.#debts.owe(pollId);
    return poll;
  }

  cast(ballot: Ballot): Promise<CastOutcome> {
    return this.#ballotWay.cast(ballot);
  }

  async choicesOf(pollId: PollId, voters: readonly VoterId[]): Promise<(Choice | null)[]> {
    const { redis } = this.#ports;
    if (voters.length === 0) return [];
    if (redis && this.#isInRedis(redis, pollId)) {
      const choices = await orNull(redis.choicesOf(pollId, voters));
      if (choices) return this.#withKept(pollId, voters, choices);
    }
    return this.#view.choicesOf(pollId, voters);
  }

  async steer({ event, ...change }: ControlChange): Promise<"done" | "conflict" | "absent"> {
    const { pollId, control, definition } = change;
    // Not a remembered one: what Redis is told must be the text that this step was judged on.
    const { meta } = await this.#leases.read(pollId, 0);
    if (meta === null || meta === "removed") return "absent";
    const step: LedgerStep = { id: crypto.randomUUID(), ...change };
    const taken = await this.#debts.takeStep(step);
    if (taken !== "done") return taken;
    if (definition) this.#ballotWay.learn(definition);
    const owed = this.#debts.owed(pollId);
    const told = await this.#orOwe(async () => {
      await this.#tellRedis(pollId, { ...meta, ...(definition && { definition }) }, control, event);
      this.#debts.paid(pollId, owed);
    });
    if (!told && event) this.#ports.tell({ kind: "event", pollId, event });
    if (!told && control !== "removed") this.#view.changed(pollId);
    if (control === "removed") this.kept.forget(pollId);
    if (control === "removed" || control.status === "closed") this.tender.tend(pollId);
    return "done";
  }

  async audit(pollId: PollId): Promise<readonly AuditEntry[]> {
    const { meta } = await this.#leases.read(pollId, 0);
    return meta === null || meta === "removed" ? [] : meta.audit;
  }

  /** Past Redis nobody is counted as joined; where there is one, they are to be reported again once it is back. */
  async reportViewers(
    pollId: PollId,
    node: string,
    count: number,
    joined: readonly VoterId[] = [],
  ): Promise<boolean> {
    const { redis, ledger } = this.#ports;
    if (redis && this.#isInRedis(redis, pollId)) return redis.reportViewers(pollId, node, count, joined);
    const { meta } = await this.#leases.read(pollId, LEASE_FRESH_MS);
    if (meta === null || meta === "removed") return true;
    await ledger.reportViewers(pollId, node, count);
    this.#view.changed(pollId);
    return redis === null;
  }

  async timeline(pollId: PollId): Promise<Timeline | null> {
    const poll = await this.read(pollId);
    return poll && this.#timelines.of(poll);
  }

  due(now: number, limit: number): Promise<readonly PollId[]> {
    return this.sweep.due(now, limit);
  }

  /** Brings what it still can to the ledger; what Redis is still owed stays marked, and others see to it. */
  async close(): Promise<void> {
    this.sweep.stop();
    this.#ballotWay.close();
    await this.tender.close();
    await this.#drainer.close();
    await this.#debts.close();
    await this.marks.close();
    await this.#ports.redis?.close();
    await this.#ports.ledger.close();
  }

  /** Looks after what nobody watches, until `close`. */
  start(): void {
    this.sweep.start();
  }

  async #tellRedis(
    pollId: PollId,
    { definition, epoch }: Meta,
    control: PollControl | "removed",
    event: ControlChange["event"],
  ): Promise<void> {
    const { redis } = this.#ports;
    if (!redis) return;
    if (control === "removed") return redis.drop(pollId);
    const told = { definition, control, epoch };
    if (control.status === "closed") await redis.fence(told, event);
    else if ((await redis.steer(told, event)) === "cold") this.#noteCold(pollId);
  }

  /** What this node vouched for and Redis does not have yet, or no more, stands all the same. */
  #withKept(
    pollId: PollId,
    voters: readonly VoterId[],
    choices: readonly (Choice | null)[],
  ): (Choice | null)[] {
    return choices.map((choice, index) => {
      const voter = voters[index];
      const ballot = voter && this.kept.standing(pollId, voter);
      if (!ballot) return choice;
      const standing = choice && { revision: choice.revision, choice: choiceText(choice.optionIds) };
      return supersedes(ballot, standing) ? choiceOf(ballot) : choice;
    });
  }

  /** Tells Redis now; if that does not work out the debt stays, and whoever asked need not wait. */
  async #orOwe(tell: () => Promise<void>): Promise<boolean> {
    if (!this.#ports.redis) return false;
    try {
      await tell();
      return true;
    } catch (trouble) {
      if (!isOutage(trouble)) this.#ports.onTrouble("tell Redis what a host did", trouble);
      return false;
    }
  }

  /** `null`: Redis does not know, or cannot be trusted with it. */
  async #readRedis(pollId: PollId): Promise<Poll | "removed" | null> {
    const { redis } = this.#ports;
    if (!redis || redis.isAway(pollId)) return null;
    const view = await orNull(redis.read(pollId));
    if (view === "removed") this.#leases.newest(pollId, view);
    if (view !== "cold") return view === "removed" ? view : (view?.poll ?? null);
    this.#cold.set(pollId, true);
    return null;
  }

  /** The final result has it for good; before, Redis has what stands, and the ledger what has come there. */
  async #countSteps(poll: Poll, span: Span): Promise<readonly number[] | null> {
    const { pollId } = poll.definition;
    const { redis } = this.#ports;
    if (poll.control.status === "open" && redis && this.#isInRedis(redis, pollId)) {
      const counted = await orNull(countSteps(redis.ballots(pollId), span));
      if (counted) return counted;
    }
    return orNull(this.#view.timeline(poll, span));
  }

  #isInRedis(redis: RedisSide, pollId: PollId): boolean {
    return !redis.isAway(pollId) && !this.#cold.has(pollId);
  }

  async #readLedger(pollId: PollId): Promise<Poll | null> {
    const poll = await this.#view.read(pollId);
    if (poll && this.#cold.has(pollId)) this.tender.tend(pollId);
    return poll;
  }

  #noteCold(pollId: PollId): void {
    this.#cold.set(pollId, true);
    this.tender.tend(pollId);
  }
}
