import { LRUCache } from "lru-cache";
import type { PollId } from "../../../shared/ids.ts";
import type { PollSettings } from "../../../shared/messages.ts";
import type { Ballot, CastOutcome } from "../../app/ballot.ts";
import type { PollDefinition } from "../../app/poll.ts";
import { repeat } from "../../app/repeat.ts";
import type { Drainer } from "./drainer.ts";
import type { KeptBallots } from "./kept-ballots.ts";
import { isOutage, type LedgerWay, pendingOf } from "./ledger-way.ts";
import type { MetaLeases } from "./meta-leases.ts";
import type { RedisCast, RedisSide } from "./redis-side.ts";
import { LEASE_FRESH_MS, LEASE_MS } from "./timing.ts";

/** Memory for what the ledger does not have yet; beyond it ballots are told to come again. */
const KEPT_BYTES = 64 * 1024 * 1024;
/** The same once the oldest has waited for so long (ms), though the ledger answers. */
const KEPT_MS = 5_000;
/** How often both are looked at (ms). */
const WEIGH_EVERY_MS = 200;
/** Polls whose durability is remembered. */
const REMEMBERED = 20_000;

export interface BallotWayPorts {
  readonly redis: Pick<RedisSide, "isAway" | "cast"> | null;
  readonly leases: MetaLeases;
  readonly kept: KeptBallots;
  readonly drainer: Pick<Drainer, "appended">;
  readonly ledgerWay: LedgerWay;
  readonly isLedgerAway: () => boolean;
  readonly onCold: (pollId: PollId) => void;
  /** Told of a ballot that was counted past Redis. */
  readonly onCountedInLedger: (pollId: PollId) => void;
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** The way of one ballot: through Redis where that answers and can be trusted, else past it into the ledger. */
export class BallotWay {
  readonly #ports: BallotWayPorts;
  readonly #durabilities = new LRUCache<PollId, PollSettings["durability"]>({ max: REMEMBERED });
  readonly #stopWeighing: () => void;
  #isFull = false;

  constructor(ports: BallotWayPorts) {
    this.#ports = ports;
    this.#stopWeighing = repeat(
      () => WEIGH_EVERY_MS,
      async () => this.#weighKept(),
      (trouble) => ports.onTrouble("weigh what is kept", trouble),
    );
  }

  /** As `PollStore.cast`. */
  async cast(ballot: Ballot): Promise<CastOutcome> {
    if (this.#isFull) return pendingOf(ballot);
    const { pollId } = ballot;
    const { redis, ledgerWay, onCold, onCountedInLedger } = this.#ports;
    const judged: RedisCast | null = redis && !redis.isAway(pollId) ? await redis.cast(ballot) : null;
    try {
      if (judged?.kind === "judged") return await this.#answer(ballot, judged);
      if (judged?.kind === "cold") onCold(pollId);
      const outcome = await ledgerWay.cast(ballot);
      if (outcome.kind === "accepted") onCountedInLedger(pollId);
      // Redis may have counted it all the same, and its outbox may yet win: nobody is refused on half the truth.
      return outcome.kind === "refused" && judged?.kind === "unknown" ? pendingOf(ballot) : outcome;
    } catch (trouble) {
      if (isOutage(trouble)) return pendingOf(ballot);
      throw trouble;
    }
  }

  /** Takes note of what a poll's host wants of an acknowledgement. */
  learn({ pollId, settings }: PollDefinition): void {
    this.#durabilities.set(pollId, settings.durability);
  }

  close(): void {
    this.#stopWeighing();
  }

  /** Redis counted, refused, or had it already. Who acknowledges keeps, also what another node counted. */
  async #answer(ballot: Ballot, judged: RedisCast & { kind: "judged" }): Promise<CastOutcome> {
    const { kept, leases, drainer, ledgerWay } = this.#ports;
    const { pollId } = ballot;
    const { outcome, standing, entry } = judged;
    if (outcome.kind !== "accepted" || !standing) return outcome;
    kept.keep(pollId, standing, entry);
    const wanted = this.#durabilities.get(pollId) ?? (await this.#readDurability(pollId));
    if (outcome.durability === "replicated" && wanted === "replicated") return outcome;
    // Less than is needed: the ledger's yes, under the same lease as past Redis.
    const { meta, sentAt } = await leases.read(pollId, LEASE_FRESH_MS);
    if (meta === null || meta === "removed") return pendingOf(ballot);
    if (meta.control.status === "closed") return ledgerWay.afterEnd(meta, ballot);
    await drainer.appended(pollId);
    if (performance.now() - sentAt > LEASE_MS) return pendingOf(ballot);
    return { ...outcome, durability: "ledger" };
  }

  async #readDurability(pollId: PollId): Promise<PollSettings["durability"]> {
    const { meta } = await this.#ports.leases.read(pollId, Number.POSITIVE_INFINITY);
    if (meta === null || meta === "removed") return "replicated";
    this.learn(meta.definition);
    return meta.definition.settings.durability;
  }

  /** Whether the ledger falls behind: said once as trouble, and to every voter as "not yet". */
  #weighKept(): void {
    const { kept, isLedgerAway, onTrouble } = this.#ports;
    const late = kept.oldestMs() > KEPT_MS && !isLedgerAway();
    const isFull = late || kept.bytes > KEPT_BYTES;
    if (isFull && !this.#isFull) {
      const trouble = new Error(
        `${kept.count} ballots wait, the oldest for ${Math.round(kept.oldestMs())} ms`,
      );
      onTrouble("keep up with the ledger; voters are told to come again", trouble);
    }
    this.#isFull = isFull;
  }
}
