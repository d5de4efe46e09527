import type { BallotDurability } from "../../../shared/messages.ts";
import type { Ballot } from "../../app/ballot.ts";

/** A ballot on its way, and whom to tell. Told once: what comes later is ignored. */
export interface Casting {
  readonly ballot: Ballot;
  readonly isSettled: boolean;
  /** Verdict, standing ballot and entry as `cast.lua` has them; `durability` is that of the whole batch. */
  judged(verdict: string, standing: string, durability: BallotDurability, entry: string): void;
  /** There is no state here that can be trusted. */
  cold(): void;
  /** Counted or not, nobody can say. */
  giveUp(): void;
  /** Asked each time when it had no answer: whether it is to be sent once more. */
  mayTryAgain(): boolean;
}
