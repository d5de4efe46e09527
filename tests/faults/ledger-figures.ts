/** What a fault cost those who voted through it, and what became of their ballots, in all polls of the stage together. */
import type { Cast } from "../support/phone.ts";
import { acknowledged, type BothStores, lostVoters, type StoredFinal } from "./compare-stores.ts";
import { longestSilence, waitOf } from "./figures.ts";
import type { Troupe } from "./ledger-stage.ts";

export interface LedgerFigures {
  readonly name: string;
  /** Ballots by what their voters were told: accepted, refused; and how often somebody was told "not yet". */
  readonly acknowledged: number;
  readonly refused: number;
  readonly pending: number;
  /** Of those accepted, past Redis or with the ledger's yes. */
  readonly byLedger: number;
  /** Ballots in the final results. */
  readonly counted: number;
  /** Voters whose acknowledged ballot does not count, nor a newer one: promised; and beyond the promise. */
  readonly lost: number;
  readonly atRisk: number;
  /** Votes in the final results that no ballot has. */
  readonly double: number;
  /** Write gap: how long a voter of the broken shard waited for the answer that took longest, ms. */
  readonly gapP50: number;
  readonly gapMax: number;
  /** The longest time in which nobody's ballot was accepted there, ms; and on another shard. */
  readonly silence: number;
  readonly elsewhere: number;
  /** From the fault until a ballot that was cast after it was accepted, ms. */
  readonly engaged: number;
  /** From healed: until everybody shows what is true, until Redis acknowledges everything by itself, ms. */
  readonly converged: number;
  readonly levelZero: number;
  /** From the close until the final result is at every browser, ms. */
  readonly final: number;
}

/** Monotonic ms. `from` and `to`: whose ballots are counted, by when they were cast. */
export interface Moments {
  readonly from: number;
  readonly to: number;
  readonly faultAt: number;
  readonly healedAt: number;
  readonly convergedAt: number;
  readonly levelZeroAt: number;
  readonly closedAt: number;
  readonly finalAt: number;
}

export interface PlayedTroupe extends Troupe {
  readonly end: BothStores & { readonly final: StoredFinal };
}

export function ledgerFigures(
  name: string,
  troupes: readonly PlayedTroupe[],
  moments: Moments,
  notPromised: readonly string[],
): LedgerFigures {
  const { faultAt, healedAt, convergedAt } = moments;
  const here = troupes.filter((troupe) => troupe.name !== "calm");
  const elsewhere = troupes.filter((troupe) => troupe.name === "calm");
  const castsOf = (some: readonly Troupe[]) =>
    some
      .flatMap(({ crowd }) => crowd.casts)
      .filter(({ castAt }) => castAt >= moments.from && castAt < moments.to);
  const casts = castsOf(troupes);
  const waits = here.flatMap(({ crowd }) => waitsOf(crowd.phones, faultAt, healedAt)).sort((a, b) => a - b);
  const count = (is: (cast: Cast) => unknown) => casts.filter(is).length;
  const lost = sum(troupes.map((troupe) => lostOf(troupe, (said) => !notPromised.includes(said))));
  const engagedAt = castsOf(here).flatMap(({ castAt, answer }) =>
    castAt >= faultAt && answer?.accepted ? [answer.at] : [],
  );
  return {
    name,
    acknowledged: count(({ answer }) => answer?.accepted),
    refused: count(({ answer }) => answer && !answer.accepted),
    pending: sum(casts.map(({ pending }) => pending)),
    byLedger: count(({ answer }) => answer?.said === "ledger"),
    counted: sum(troupes.map(({ end }) => end.final.roll.size)),
    lost,
    atRisk: sum(troupes.map((troupe) => lostOf(troupe, () => true))) - lost,
    double: sum(troupes.map(({ end }) => doubleOf(end.final))),
    gapP50: Math.round(waits[Math.floor(waits.length / 2)] ?? 0),
    gapMax: Math.round(waits.at(-1) ?? 0),
    silence: Math.round(longestSilence(castsOf(here), faultAt, convergedAt)),
    elsewhere: Math.round(longestSilence(castsOf(elsewhere), faultAt, healedAt)),
    engaged: Math.round(engagedAt.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) - faultAt),
    converged: Math.round(convergedAt - healedAt),
    levelZero: Math.round(moments.levelZeroAt - healedAt),
    final: Math.round(moments.finalAt - moments.closedAt),
  };
}

function waitsOf(phones: Troupe["crowd"]["phones"], from: number, to: number): number[] {
  const during = ({ castAt, answer }: Cast) => castAt < to && (answer?.at ?? Number.POSITIVE_INFINITY) > from;
  return phones.map(({ casts }) => Math.max(0, ...casts.filter(during).map(waitOf)));
}

function lostOf({ crowd, end }: PlayedTroupe, counts: (said: string) => boolean): number {
  return lostVoters(acknowledged(crowd.casts, counts), end.final.roll).length;
}

function doubleOf({ votes, roll }: StoredFinal): number {
  const byHand = new Map<string, number>();
  for (const { choice } of roll.values()) {
    for (const option of choice.split(",")) byHand.set(option, (byHand.get(option) ?? 0) + 1);
  }
  return sum([...votes].map(([option, count]) => Math.max(0, count - (byHand.get(option) ?? 0))));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
