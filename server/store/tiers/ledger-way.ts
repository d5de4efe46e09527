import type { PollId } from "../../../shared/ids.ts";
import { isRefusal, type Refusal } from "../../../shared/refusals.ts";
import { type Ballot, type CastOutcome, judgeBallot, judgeChoice } from "../../app/ballot.ts";
import { Outage } from "../../app/outage.ts";
import { notFoundRefusal, takesBallots } from "../../app/poll.ts";
import type { Clock } from "../../app/ports.ts";
import { choiceOf, choiceText, type RegisteredBallot, supersedes } from "../../app/register.ts";
import type { Drainer } from "./drainer.ts";
import type { KeptBallots } from "./kept-ballots.ts";
import type { Ledger, Meta } from "./ledger.ts";
import type { LedgerView } from "./ledger-view.ts";
import type { Marks } from "./marks.ts";
import type { MetaLeases } from "./meta-leases.ts";
import { LEASE_FRESH_MS, LEASE_MS, RETRY_AFTER_MS } from "./timing.ts";

/** Another ballot of the same voter may come in between; more often than that it is asked to come again. */
const TRIES = 3;

export interface LedgerWayPorts {
  readonly ledger: Pick<Ledger, "put" | "record">;
  readonly leases: MetaLeases;
  readonly marks: Pick<Marks, "under">;
  readonly kept: KeptBallots;
  readonly drainer: Pick<Drainer, "appended">;
  readonly view: LedgerView;
  readonly clock: Clock;
}

/** The way of a ballot past Redis: judged here, put into the ledger under a lease on META, owed to Redis. */
export class LedgerWay {
  readonly #ports: LedgerWayPorts;
  /** The last ballot under way of each voter who has one. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(ports: LedgerWayPorts) {
    this.#ports = ports;
  }

  /**
   * Casts past Redis, one ballot of a voter after the other: of two that come together the first is judged first. Rejects
   * with an `Outage` where the ledger does not answer: nobody knows what became of it.
   */
  cast(ballot: Ballot): Promise<CastOutcome> {
    const turn = `${ballot.pollId} ${ballot.voter}`;
    const before = this.#turns.get(turn) ?? Promise.resolve();
    const cast = before.then(() => this.#castInTurn(ballot));
    const over = cast.then(
      () => {},
      () => {},
    );
    this.#turns.set(turn, over);
    void over.then(() => {
      if (this.#turns.get(turn) === over) this.#turns.delete(turn);
    });
    return cast;
  }

  async #castInTurn({ optionIds: wanted, ...unjudged }: Ballot): Promise<CastOutcome> {
    const { leases, clock } = this.#ports;
    const { pollId } = unjudged;
    let register: RegisteredBallot | null = null;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { meta, sentAt } = await leases.read(pollId, LEASE_FRESH_MS);
      if (meta === null || meta === "removed" || leases.knowsRemoved(pollId)) {
        return refused(notFoundRefusal(pollId));
      }
      const optionIds = judgeChoice(meta.definition, wanted);
      if (isRefusal(optionIds)) return refused(optionIds);
      const ballot = { ...unjudged, optionIds };
      if (meta.control.status === "closed") return this.afterEnd(meta, ballot);
      const standing = await this.#standing(meta, ballot, register);
      const verdict = judgeBallot(meta, standing && choiceOf(standing), ballot, clock());
      if (typeof verdict === "object") {
        // By this clock the poll has ended; what META says of it, and its final result, decide.
        const ending = meta.control.status === "open" && !takesBallots(meta.control, clock());
        return ending ? pendingOf(ballot) : refused(verdict);
      }
      if (verdict === "repeat") await this.#makeSure(pollId, standing);
      else if (meta.definition.settings.allowChange) await this.#append(ballot);
      else {
        const stands = await this.#put(meta, ballot, register);
        if (stands !== "put") {
          register = stands;
          continue;
        }
      }
      return this.#accept(
        ballot,
        { meta, sentAt },
        verdict === "repeat" ? standing : null,
        verdict !== "count",
      );
    }
    return pendingOf({ ...unjudged, optionIds: wanted });
  }

  /** After the end only the final result says what was counted: what stands in the ledger may have come too late. */
  async afterEnd(meta: Meta, ballot: Ballot): Promise<CastOutcome> {
    const { ledger, view, clock } = this.#ports;
    const { final } = await ledger.record(ballot.pollId);
    if (!final) return pendingOf(ballot);
    const counted = await view.counted(ballot.pollId, final, ballot.voter);
    const verdict = judgeBallot(meta, counted && choiceOf(counted), ballot, clock());
    if (typeof verdict === "object") return refused(verdict);
    return counted ? accepted(ballot, counted, true) : pendingOf(ballot);
  }

  /** What stands for this voter: in the ledger as far as it was read, and in what this node itself vouched for. */
  async #standing(
    meta: Meta,
    { pollId, voter }: Ballot,
    register: RegisteredBallot | null,
  ): Promise<RegisteredBallot | null> {
    const { kept, view } = this.#ports;
    const known = [register, kept.standing(pollId, voter), await view.standing(meta, voter)];
    return known.reduce((best, other) => (other && supersedes(other, best) ? other : best), null);
  }

  /**
   * Where a vote may be changed the greater ballot counts anyway, whoever put it: no condition is needed, and what comes
   * together is one write.
   */
  async #append({ pollId, voter, revision, optionIds }: Ballot): Promise<void> {
    const { kept, drainer, view } = this.#ports;
    const ballot = { voter, revision, choice: choiceText(optionIds) };
    kept.keep(pollId, ballot, null);
    await drainer.appended(pollId);
    view.note(pollId, ballot);
  }

  /** Owed from before it is sent until Redis has it, or it is known that the ledger did not take it. */
  async #put(
    meta: Meta,
    { pollId, voter, revision, optionIds }: Ballot,
    expected: RegisteredBallot | null,
  ): Promise<"put" | RegisteredBallot | null> {
    const { kept, marks, ledger, view } = this.#ports;
    const ballot = { voter, revision, choice: choiceText(optionIds) };
    const owed = kept.owe(pollId, ballot, expected);
    try {
      const stands = await marks.under(pollId, () => ledger.put(meta, ballot, expected));
      if (stands === "put") {
        kept.put(pollId, owed);
        view.note(pollId, ballot);
      } else kept.absolve(pollId, owed);
      return stands;
    } catch (outage) {
      owed.state = "unknown";
      throw outage;
    }
  }

  /** A repeat vouches for what stands: if only this node's memory has that, the ledger first. */
  async #makeSure(pollId: PollId, standing: RegisteredBallot | null): Promise<void> {
    if (standing && this.#ports.kept.has(pollId)) await this.#ports.drainer.appended(pollId);
  }

  #accept(
    ballot: Ballot,
    { meta, sentAt }: { readonly meta: Meta; readonly sentAt: number },
    standing: RegisteredBallot | null,
    repeated: boolean,
  ): CastOutcome {
    const leased = performance.now() - sentAt <= LEASE_MS && takesBallots(meta.control, this.#ports.clock());
    if (!leased) return pendingOf(ballot);
    return accepted(ballot, standing, repeated);
  }
}

/** Received, and nobody can say yet that it counts. */
export function pendingOf({ optionIds, revision }: Ballot): CastOutcome {
  return { kind: "pending", choice: { optionIds, revision }, retryAfterMs: RETRY_AFTER_MS };
}

/** With its own revision, also for a repeat, so that a browser knows its unsent ballot again. */
function accepted(ballot: Ballot, standing: RegisteredBallot | null, repeated: boolean): CastOutcome {
  const { optionIds } = standing ? choiceOf(standing) : ballot;
  return {
    kind: "accepted",
    choice: { optionIds, revision: ballot.revision },
    durability: "ledger",
    repeated,
  };
}

function refused(refusal: Refusal): CastOutcome {
  return { kind: "refused", refusal };
}

/** Whether what was thrown means that nobody knows; everything else is a bug. */
export function isOutage(trouble: unknown): trouble is Outage {
  return trouble instanceof Outage;
}
