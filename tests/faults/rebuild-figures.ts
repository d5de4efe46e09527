/** What the loss of all of Redis costs: how long until it is whole again, and what was only in memory. */
import type { LocalLedger } from "../../infra/local/local-ledger.ts";
import type { Cast } from "../support/phone.ts";
import { appendBallots, readStoredRecord } from "../support/stored-ledger.ts";
import { readStoredPoll } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import type { LedgerStage, Troupe } from "./ledger-stage.ts";

/** How often the ledger is compared with what voters were told. */
const SAMPLES = 3;
const WHOLE_MS = 120_000;

/** So many voters who voted and left, in the ledger already; a third for each option. Answers their ballots. */
export async function preload(ledger: LocalLedger, pollId: string, count: number): Promise<Cast[]> {
  const ballots = Array.from({ length: count }, (_, index) => ({
    voter: `left-${index}`.padEnd(22, "-"),
    revision: 1,
    choice: `opt-${1 + (index % 3)}`,
  }));
  await appendBallots(ledger, pollId, ballots);
  const at = performance.now();
  const answer = { said: "ledger", accepted: true, at };
  return ballots.map((ballot) => ({ ...ballot, castAt: at, answer, pending: 0 }));
}

/**
 * Of the ballots that Redis and its replicas acknowledged, how old the oldest is that the ledger lacks (ms): what would be
 * at risk if all of Redis and the node went at this moment. The ledger is made silent, so that it stands still while it
 * is read. The worst of some looks.
 */
export async function undrainedMs(ledger: LocalLedger, { poll, crowd }: Troupe): Promise<number> {
  let worst = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    await ledger.setWeather({ kind: "silent" });
    const now = performance.now();
    const told = crowd.casts.filter(({ answer }) => answer?.said === "replicated" && answer.at <= now);
    const record = await readStoredRecord(ledger, poll.pollId);
    await ledger.setWeather({ kind: "clear" });
    const lacking = told.filter(
      ({ voter, revision }) => (record?.ballots.get(voter)?.revision ?? 0) < revision,
    );
    worst = Math.max(worst, ...lacking.map(({ answer }) => now - (answer?.at ?? now)));
    await waitFor("votes to go on", () => isVoting(crowd, now), WHOLE_MS);
  }
  return worst;
}

/** Waits until Redis has at least so many ballots of the hot poll again, and says that they are all. */
export async function wholeAgain({ cluster, poll }: LedgerStage, ballots: number): Promise<void> {
  const whole = async () => {
    const stored = await readStoredPoll(cluster.redis, poll.pollId).catch(() => null);
    return stored?.warm && stored.ballots.size >= ballots;
  };
  await waitFor("Redis to be whole again", whole, WHOLE_MS);
}

function isVoting({ casts, phones }: Troupe["crowd"], from: number): boolean {
  return casts.filter(({ castAt, answer }) => castAt > from && answer?.accepted).length > phones.length;
}
