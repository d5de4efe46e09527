/** Holds what voters were told against what is counted in the end. */
import type { Cast } from "../support/phone.ts";
import type { Counted } from "../support/stored-poll.ts";
import { History, type Cast as Noted } from "./history.ts";

export interface Verdict {
  /** What must never happen, in words. */
  readonly violations: readonly string[];
  /** Voters whose last ballot was acknowledged only as what is not promised (usually `primary`), and does not count. */
  readonly lostPrimary: number;
}

/** Without a ledger nothing is promised of a ballot that only the master has. */
const NOT_PROMISED = ["primary"];

/** For a poll in which votes may be changed and that was open all the time, after everybody has got an answer. */
export function judgeCasts(
  pollId: string,
  casts: readonly Cast[],
  stored: Counted,
  notPromised: readonly string[] = NOT_PROMISED,
): Verdict {
  const history = new History();
  for (const cast of casts) {
    const { voter, revision } = cast;
    history.begin({ pollId, voter, revision, optionIds: cast.choice.split(",") }).outcome = fateOf(
      cast,
      notPromised,
    );
  }
  const optionIds = [...stored.votes.keys()].sort();
  const voters = new Set([...casts.map(({ voter }) => voter), ...stored.ballots.keys()]);
  const faults = history.judge(
    { pollId, optionIds, allowChange: true },
    {
      standing: new Map(
        [...voters].map((voter) => [voter, stored.ballots.get(voter)?.choice.split(",") ?? null]),
      ),
      revisions: new Map([...stored.ballots].map(([voter, { revision }]) => [voter, revision])),
      votes: optionIds.map((option) => stored.votes.get(option) ?? 0),
      participantCount: stored.participants.size,
    },
  );
  // Nobody did anything wrong, so nobody is to be refused; and nobody is to wait for ever.
  const unserved = casts.filter(({ answer }) => !answer?.accepted);
  return {
    violations: [
      ...faults.map(({ rule, text }) => `${rule}: ${text}`),
      ...unserved.map(
        ({ voter, revision, answer }) => `${voter}: ${revision} got ${answer?.said ?? "no answer"}`,
      ),
    ],
    lostPrimary: lostVoters(casts, stored).size,
  };
}

/** What is acknowledged without a promise may count or not, as if the answer had never come. */
function fateOf({ answer }: Cast, notPromised: readonly string[]): Noted["outcome"] {
  if (!answer || notPromised.includes(answer.said)) return "unknown";
  return answer.accepted ? "ok" : "fail";
}

function lostVoters(casts: readonly Cast[], { ballots }: Counted): Set<string> {
  const lost = casts.filter(
    ({ voter, revision, answer }) => answer?.accepted && revision > (ballots.get(voter)?.revision ?? 0),
  );
  return new Set(lost.map(({ voter }) => voter));
}
