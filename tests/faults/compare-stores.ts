/** Whether Redis, the ledger and every browser say the same, and whether that is what the voters were told. */
import type { LocalLedger } from "../../infra/local/local-ledger.ts";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import type { Cast } from "../support/phone.ts";
import { readStoredRecord, type StoredRecord } from "../support/stored-ledger.ts";
import {
  type Counted,
  readStoredPoll,
  type StoredBallot,
  type StoredPoll,
  tallyTrouble,
} from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import type { Troupe } from "./ledger-stage.ts";

export type StoredFinal = NonNullable<StoredRecord["final"]>;

export interface BothStores {
  readonly redis: StoredPoll;
  readonly ledger: StoredRecord;
}

type Stores = { readonly redis: RedisCluster; readonly ledger: LocalLedger };
type Ballots = ReadonlyMap<string, StoredBallot>;

/** Waits until nobody waits for an answer, both stores have the same ballots, and every browser shows their count (V4). */
export async function converged(stores: Stores, troupe: Troupe, withinMs: number): Promise<BothStores> {
  return waitUntilNothing(troupe, withinMs, async () => {
    const { phones, isQuiet } = troupe.crowd;
    if (!isQuiet) return { trouble: "somebody waits for an answer" };
    const both = await readBoth(stores, troupe);
    if (!both) return { trouble: "a store does not have the poll" };
    const [difference] = differences("Redis", both.redis.ballots, "the ledger", both.ledger.ballots);
    if (difference) return { trouble: difference };
    const votes = both.redis.votes;
    const behind = phones.find(({ isLive, results }) => !isLive || !shows(results, votes, false));
    if (behind)
      return { trouble: `Redis has ${say(votes)}, a browser on ${behind.nodes.at(-1)} ${seen(behind)}` };
    return { answer: both };
  });
}

/** Waits until the poll, which somebody has closed, has its final result everywhere. */
export async function settledEverywhere(
  stores: Stores,
  troupe: Troupe,
  withinMs: number,
): Promise<BothStores & { readonly final: StoredFinal }> {
  return waitUntilNothing(troupe, withinMs, async () => {
    if (!troupe.crowd.isQuiet) return { trouble: "somebody waits for an answer" };
    const both = await readBoth(stores, troupe);
    const final = both?.ledger.final;
    if (!both || !final) return { trouble: "there is no final result" };
    const behind = troupe.crowd.phones.find(
      ({ isLive, results }) => !isLive || !shows(results, final.votes, true),
    );
    if (behind) return { trouble: `the result is ${say(final.votes)}, a browser ${seen(behind)}` };
    const [difference] = differences("Redis", both.redis.ballots, "the roll", final.roll);
    if (difference) return { trouble: difference };
    return { answer: { ...both, final } };
  });
}

/** The final result as it is counted anywhere else. */
export function countedIn({ votes, roll }: StoredFinal): Counted {
  return { votes, participants: new Set(roll.keys()), ballots: roll };
}

/** What of a final result cannot be, whatever the voters were told. */
export function finalTroubles({
  redis,
  final,
}: {
  readonly redis: StoredPoll;
  readonly final: StoredFinal;
}): string[] {
  const people = final.participantCount - final.roll.size;
  return [
    ...final.troubles,
    ...tallyTrouble(countedIn(final)).map((trouble) => `final: ${trouble}`),
    ...tallyTrouble(redis).map((trouble) => `Redis: ${trouble}`),
    ...(people === 0 ? [] : [`final: ${people} participants more than ballots`]),
    ...differences("Redis", redis.ballots, "the roll", final.roll),
  ];
}

/** Ballots that were acknowledged so, by voter: of each the one with the greatest revision. */
export function acknowledged(casts: readonly Cast[], counts: (said: string) => boolean): Ballots {
  const best = new Map<string, StoredBallot>();
  for (const { voter, revision, choice, answer } of casts) {
    if (!answer?.accepted || !counts(answer.said)) continue;
    if (revision > (best.get(voter)?.revision ?? 0)) best.set(voter, { revision, choice });
  }
  return best;
}

/** Voters whose acknowledged ballot is not there, nor a newer one. */
export function lostVoters(told: Ballots, stands: Ballots): string[] {
  return [...told].flatMap(([voter, { revision }]) =>
    revision > (stands.get(voter)?.revision ?? 0) ? [voter] : [],
  );
}

function differences(a: string, one: Ballots, b: string, other: Ballots): string[] {
  const voters = new Set([...one.keys(), ...other.keys()]);
  const text = (ballot: StoredBallot | undefined) =>
    ballot ? `${ballot.choice} (${ballot.revision})` : "none";
  return [...voters].flatMap((voter) => {
    const [x, y] = [text(one.get(voter)), text(other.get(voter))];
    return x === y ? [] : [`${voter}: ${a} has ${x}, ${b} ${y}`];
  });
}

async function readBoth({ redis, ledger }: Stores, { poll }: Troupe): Promise<BothStores | null> {
  const [stored, record] = await Promise.all([
    // While the cluster changes, the one that is asked may not be the one that has it; and a machine that is busy with a
    // fault may not answer in time. Both are asked again.
    readStoredPoll(redis, poll.pollId).catch(() => null),
    readStoredRecord(ledger, poll.pollId).catch(() => null),
  ]);
  return stored && record ? { redis: stored, ledger: record } : null;
}

type Phone = Troupe["crowd"]["phones"][number];

function shows(results: Phone["results"], votes: ReadonlyMap<string, number>, final: boolean): boolean {
  if (final && !results.final) return false;
  return results.results?.every((shown) => shown.votes === (votes.get(shown.optionId) ?? 0)) ?? false;
}

function say(votes: ReadonlyMap<string, number>): string {
  return [...votes].map(([option, count]) => `${option} ${count}`).join(", ");
}

function seen({ isLive, results }: Phone): string {
  const { epoch, version, final } = results;
  const votes = results.results?.map((shown) => `${shown.optionId} ${shown.votes}`).join(", ");
  return `${votes} (${isLive ? "live" : "away"}, ${epoch}.${version}${final ? ", final" : ""})`;
}

type Look<Answer> = { readonly trouble: string } | { readonly answer: Answer };

async function waitUntilNothing<Answer>(
  { name }: Troupe,
  withinMs: number,
  look: () => Promise<Look<Answer>>,
): Promise<Answer> {
  let trouble = "nothing";
  const looked = async () => {
    const found = await look();
    if ("answer" in found) return found;
    trouble = found.trouble;
    return null;
  };
  const waiting = waitFor(`the ${name} poll to be the same everywhere`, looked, withinMs);
  return (
    await waiting.catch((late: Error) => Promise.reject(new Error(`${late.message} Last: ${trouble}.`)))
  ).answer;
}
