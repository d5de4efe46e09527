import { LRUCache } from "lru-cache";
import type { PollId, VoterId } from "../../../shared/ids.ts";
import type { Choice } from "../../app/ballot.ts";
import { Outage } from "../../app/outage.ts";
import type { Poll } from "../../app/poll.ts";
import type { Clock } from "../../app/ports.ts";
import { choiceOf, mergeInto, type RegisteredBallot } from "../../app/register.ts";
import { countSteps, type Span } from "../../app/timeline.ts";
import type { Debts } from "./debts.ts";
import type { KeptBallots } from "./kept-ballots.ts";
import type { Final, Ledger, Meta } from "./ledger.ts";
import { LedgerPicture } from "./ledger-picture.ts";
import type { MetaLeases } from "./meta-leases.ts";
import { RollView } from "./roll-view.ts";
import { ShardView } from "./shard-view.ts";
import { LEASE_FRESH_MS } from "./timing.ts";

/** Polls whose picture is remembered; one that falls out may be shown once in an older version. */
const REMEMBERED = 5_000;
/** Followers are told of this node's own changes at most this often (ms). */
const TELL_EVERY_MS = 50;

export interface LedgerViewPorts {
  readonly ledger: Pick<Ledger, "record" | "ballots" | "roll" | "putTally">;
  readonly leases: MetaLeases;
  readonly kept: Pick<KeptBallots, "of">;
  readonly debts: Pick<Debts, "takeEpoch">;
  /** Wall clock, for versions. */
  readonly clock: Clock;
  /** Told of what is no outage. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

interface Watched {
  readonly picture: LedgerPicture;
  /** Set while a look at what this node has changed is to come. */
  timer: Timer | null;
}

/** Polls as the ledger has them: what is shown and judged by where Redis is away, or cannot be trusted. */
export class LedgerView {
  readonly #ports: LedgerViewPorts;
  readonly #shards: ShardView;
  readonly #rolls: RollView;
  readonly #listeners = new Set<(poll: Poll) => void>();
  readonly #finals = new LRUCache<PollId, Final>({ max: REMEMBERED });
  readonly #polls = new LRUCache<PollId, Watched>({
    max: REMEMBERED,
    dispose: ({ timer }) => {
      if (timer) clearTimeout(timer);
    },
  });

  constructor(ports: LedgerViewPorts) {
    this.#ports = ports;
    this.#shards = new ShardView(ports.ledger);
    this.#rolls = new RollView(ports.ledger);
  }

  /**
   * The poll as the ledger has it, with everything that this node has put: the final result if it stands, else a count
   * that is some seconds old at most. Never older than what was read before. Rejects with an `Outage`.
   */
  read(pollId: PollId): Promise<Poll | null> {
    return this.#watched(pollId).picture.read();
  }

  /**
   * What counts for each voter, in the order asked: by the final result if it stands, else by the ledger and what this
   * node itself vouched for. Rejects with an `Outage`.
   */
  async choicesOf(pollId: PollId, voters: readonly VoterId[]): Promise<(Choice | null)[]> {
    const { meta } = await this.#ports.leases.read(pollId, LEASE_FRESH_MS);
    if (meta === null || meta === "removed") return voters.map(() => null);
    const final = meta.control.status === "closed" ? await this.#final(pollId) : null;
    const ballots = final
      ? await Promise.all(voters.map((voter) => this.#rolls.counted(meta, final, voter)))
      : await this.#live(meta, voters);
    return ballots.map((ballot) => ballot && choiceOf(ballot));
  }

  /**
   * When the ballots were cast: by the final result if it stands, else of those that the picture counts. `null`: a result
   * of a release before. Rejects with an `Outage`.
   */
  async timeline({ definition: { pollId }, control }: Poll, span: Span): Promise<readonly number[] | null> {
    const final = control.status === "closed" ? await this.#final(pollId) : null;
    if (final) return final.timeline ?? null;
    const { meta } = await this.#ports.leases.read(pollId, LEASE_FRESH_MS);
    if (meta === null || meta === "removed") return null;
    const shards = await this.#shards.all(meta);
    return countSteps(
      shards.map((ballots) => ballots.values()),
      span,
    );
  }

  /** The voter's ballot in the final result; `null` if none of it counts. Rejects with an `Outage`. */
  async counted(pollId: PollId, final: Final, voter: VoterId): Promise<RegisteredBallot | null> {
    // Any META will do: the number of shards is that of the poll's beginning.
    const { meta } = await this.#ports.leases.read(pollId, Number.POSITIVE_INFINITY);
    return meta === null || meta === "removed" ? null : this.#rolls.counted(meta, final, voter);
  }

  /** What stood for the voter in the ledger at most some seconds ago, or was put by this node. Rejects with an `Outage`. */
  standing(meta: Meta, voter: VoterId): Promise<RegisteredBallot | null> {
    return this.#shards.standing(meta, voter);
  }

  /** This node has just put that ballot. */
  note(pollId: PollId, ballot: RegisteredBallot): void {
    this.#shards.note(pollId, ballot);
    this.changed(pollId);
  }

  /** This node has put something that a picture shows: ballots, control, viewers. Followers here are told soon. */
  changed(pollId: PollId): void {
    const watched = this.#watched(pollId);
    watched.picture.changed();
    if (watched.timer || this.#listeners.size === 0) return;
    watched.timer = setTimeout(
      () => this.#tell(pollId, watched),
      Math.max(TELL_EVERY_MS, watched.picture.restMs),
    );
    watched.timer.unref();
  }

  /** Called with each picture that is newer than the last, whoever asked for it. */
  onChange(listener: (poll: Poll) => void): void {
    this.#listeners.add(listener);
  }

  /** The poll was removed: nothing of it is shown or told any more. */
  forget(pollId: PollId): void {
    this.#polls.delete(pollId);
    this.#shards.forget(pollId);
    this.#finals.delete(pollId);
  }

  #watched(pollId: PollId): Watched {
    const known = this.#polls.get(pollId);
    if (known) return known;
    const onNewer = (poll: Poll) => {
      if (this.#polls.peek(pollId) !== watched) return;
      for (const listener of this.#listeners) listener(poll);
    };
    const picture = new LedgerPicture(pollId, { ...this.#ports, shards: this.#shards, onNewer });
    const watched: Watched = { picture, timer: null };
    this.#polls.set(pollId, watched);
    return watched;
  }

  /** Looks, unless a reader has meanwhile: who looks tells. An outage leaves it to whoever asks next. */
  #tell(pollId: PollId, watched: Watched): void {
    watched.timer = null;
    if (!watched.picture.isBehind) return;
    watched.picture.read().catch((trouble: unknown) => {
      if (!(trouble instanceof Outage)) this.#ports.onTrouble(`show poll ${pollId} from the ledger`, trouble);
    });
  }

  async #final(pollId: PollId): Promise<Final | null> {
    const known = this.#finals.get(pollId);
    if (known) return known;
    const { final } = await this.#ports.ledger.record(pollId);
    if (final) this.#finals.set(pollId, final);
    return final;
  }

  async #live(meta: Meta, voters: readonly VoterId[]): Promise<(RegisteredBallot | null)[]> {
    const standing = await Promise.all(voters.map((voter) => this.#shards.standing(meta, voter)));
    const wanted = new Set(voters);
    const merged = new Map<VoterId, RegisteredBallot>();
    mergeInto(
      merged,
      standing.filter((ballot) => ballot !== null),
    );
    for (const ballot of this.#ports.kept.of(meta.definition.pollId)) {
      if (wanted.has(ballot.voter)) mergeInto(merged, [ballot]);
    }
    return voters.map((voter) => merged.get(voter) ?? null);
  }
}
