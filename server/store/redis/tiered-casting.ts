import type { BallotDurability } from "../../../shared/messages.ts";
import type { Ballot } from "../../app/ballot.ts";
import type { RedisCast } from "../tiers/redis-side.ts";
import type { Casting } from "./casting.ts";
import { registeredBallot } from "./poll-codec.ts";
import { outcomeOf } from "./verdict.ts";

/** With a ledger there is another way: sent at most twice, and left at once when the shard is known to be away. */
export class TieredCasting implements Casting {
  readonly ballot: Ballot;
  isSettled = false;
  readonly #settle: (cast: RedisCast) => void;
  #sentAgain = false;

  constructor(ballot: Ballot, settle: (cast: RedisCast) => void) {
    this.ballot = ballot;
    this.#settle = settle;
  }

  judged(verdict: string, standing: string, durability: BallotDurability, entry: string): void {
    if (this.isSettled) return;
    const isWritten = verdict === "COUNTED" || verdict === "ADVANCED";
    this.#tell({
      kind: "judged",
      outcome: outcomeOf(this.ballot, verdict, standing, durability),
      standing: registeredBallot(this.ballot.voter, standing),
      entry: isWritten && entry !== "" ? entry : null,
    });
  }

  cold(): void {
    this.#tell({ kind: "cold" });
  }

  giveUp(): void {
    this.#tell({ kind: "unknown" });
  }

  mayTryAgain(): boolean {
    if (this.#sentAgain) return false;
    this.#sentAgain = true;
    return true;
  }

  #tell(cast: RedisCast): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.#settle(cast);
  }
}
