import type { BallotDurability } from "../../../shared/messages.ts";
import type { Ballot, CastOutcome } from "../../app/ballot.ts";
import type { Casting } from "./casting.ts";
import { TRY_AGAIN_FOR_MS } from "./try-again.ts";
import { outcomeOf } from "./verdict.ts";

/** When a browser is to send a ballot again whose fate is not known. */
const RETRY_AFTER_MS = 500;

/** Without a ledger there is no other way: tried for a second, then the voter sends it again. */
export class PlainCasting implements Casting {
  readonly ballot: Ballot;
  isSettled = false;
  readonly #settle: (outcome: CastOutcome) => void;
  /** Monotonic ms. */
  readonly #giveUpAt = performance.now() + TRY_AGAIN_FOR_MS;

  constructor(ballot: Ballot, settle: (outcome: CastOutcome) => void) {
    this.ballot = ballot;
    this.#settle = settle;
  }

  judged(verdict: string, standing: string, durability: BallotDurability): void {
    this.#tell(outcomeOf(this.ballot, verdict, standing, durability));
  }

  cold(): void {
    this.giveUp();
  }

  giveUp(): void {
    const { optionIds, revision } = this.ballot;
    this.#tell({ kind: "pending", choice: { optionIds, revision }, retryAfterMs: RETRY_AFTER_MS });
  }

  mayTryAgain(): boolean {
    return performance.now() <= this.#giveUpAt;
  }

  #tell(outcome: CastOutcome): void {
    this.isSettled = true;
    this.#settle(outcome);
  }
}
