/** What voters did and were told, and whether what is counted can be true after that. */

/** One ballot: its voter sends it again, unchanged, until there is an answer. */
export interface Cast {
  readonly pollId: string;
  readonly voter: string;
  readonly optionIds: readonly string[];
  readonly revision: number;
  /** `ok`: acknowledged; `fail`: refused for good; `unknown`: no answer yet, so it may count or not. */
  outcome: "ok" | "fail" | "unknown";
}

export interface PollOfHistory {
  readonly pollId: string;
  readonly allowChange: boolean;
  /** In their order. */
  readonly optionIds: readonly string[];
}

/** A poll as it was read back, while nobody voted. */
export interface Observation {
  /** What each voter is told stands; `null`: no ballot. */
  readonly standing: ReadonlyMap<string, readonly string[] | null>;
  /** The revision of what stands, where the store itself was looked at; voters are not told. */
  readonly revisions?: ReadonlyMap<string, number>;
  /** The tally, in the order of the options. */
  readonly votes: readonly number[];
  readonly participantCount: number;
}

export interface Violation {
  readonly rule: "V1" | "V2" | "V3" | "V5";
  readonly pollId: string;
  readonly text: string;
  /** Acknowledged ballots that are gone. */
  readonly lost: number;
  /** Votes in the tally that no standing ballot has. */
  readonly double: number;
}

export class History {
  readonly #casts = new Map<string, Cast[]>();

  /** Notes a ballot before it is sent: what was never noted can never be excused. */
  begin(cast: Omit<Cast, "outcome">): Cast {
    const begun: Cast = { ...cast, outcome: "unknown" };
    const casts = this.of(cast.pollId, cast.voter);
    casts.push(begun);
    this.#casts.set(key(cast.pollId, cast.voter), casts);
    return begun;
  }

  /** A voter's ballots in a poll, in the order in which they were begun. */
  of(pollId: string, voter: string): Cast[] {
    return this.#casts.get(key(pollId, voter)) ?? [];
  }

  /** All ballots with this outcome. */
  all(outcome: Cast["outcome"]): Cast[] {
    return [...this.#casts.values()].flat().filter((cast) => cast.outcome === outcome);
  }

  /** Ballots that stand although they have had no answer: they were counted, and only the yes was lost. */
  unansweredThatStand({ pollId }: PollOfHistory, { standing }: Observation): Cast[] {
    return [...standing].flatMap(([voter, choice]) => {
      const fitting = this.of(pollId, voter).filter(({ optionIds }) => choice && same(optionIds, choice));
      return fitting.some(({ outcome }) => outcome === "ok")
        ? []
        : fitting.filter(({ outcome }) => outcome === "unknown").slice(-1);
    });
  }

  /** What of the observation cannot be, given what the voters were told. */
  judge(poll: PollOfHistory, observation: Observation): Violation[] {
    const { pollId } = poll;
    const violations = [...observation.standing].flatMap(([voter, standing]) => {
      const casts = this.of(pollId, voter);
      const fault =
        judgeRevision(casts, standing, observation.revisions?.get(voter)) ??
        judgeStanding(poll.allowChange, casts, standing);
      return fault ? [{ pollId, double: 0, ...fault, text: `${voter}: ${fault.text}` }] : [];
    });
    return [...violations, ...judgeTally(poll, observation)];
  }
}

type Fault = Pick<Violation, "rule" | "text" | "lost">;

/** Stricter where the revision is known: two ballots for the same option are told apart. */
function judgeRevision(
  casts: readonly Cast[],
  standing: readonly string[] | null,
  revision: number | undefined,
): Fault | null {
  if (standing === null || revision === undefined) return null;
  if (!casts.some((cast) => cast.revision === revision && same(cast.optionIds, standing)))
    return { rule: "V5", lost: 0, text: `${standing} (revision ${revision}) counts and was never cast` };
  const lost = casts.find((cast) => cast.outcome === "ok" && cast.revision > revision);
  if (!lost) return null;
  return { rule: "V2", lost: 1, text: `${say(lost)} was acknowledged, and revision ${revision} stands` };
}

/** Whether this may be what stands of one voter. */
function judgeStanding(
  allowChange: boolean,
  casts: readonly Cast[],
  standing: readonly string[] | null,
): Fault | null {
  const acknowledged = casts.filter(({ outcome }) => outcome === "ok");
  const best = acknowledged.reduce<Cast | null>((a, b) => (a && a.revision >= b.revision ? a : b), null);
  const rival = acknowledged.find((cast) => isRival(allowChange, cast, best));
  if (best && rival)
    return { rule: "V1", lost: 0, text: `${say(best)} and ${say(rival)} were both acknowledged` };
  if (standing === null) {
    return best && { rule: "V2", lost: 1, text: `${say(best)} was acknowledged and is not there` };
  }
  if (best && same(best.optionIds, standing)) return null;
  const pending = casts.filter(({ outcome }) => outcome === "unknown");
  // A ballot without an answer may stand: in place of nothing, or of an older one where changing is allowed.
  const mayStand = (cast: Cast) => !best || (allowChange && cast.revision > best.revision);
  if (pending.some((cast) => mayStand(cast) && same(cast.optionIds, standing))) return null;
  if (!best) return { rule: "V5", lost: 0, text: `${standing} counts, and no ballot of this voter says so` };
  return { rule: "V1", lost: 1, text: `${say(best)} was acknowledged last, and ${standing} stands` };
}

/** Two acknowledged ballots that cannot both have been true. */
function isRival(allowChange: boolean, cast: Cast, best: Cast | null): boolean {
  if (!best || same(cast.optionIds, best.optionIds)) return false;
  return !allowChange || cast.revision === best.revision;
}

function judgeTally({ pollId, optionIds }: PollOfHistory, { standing, ...tally }: Observation): Violation[] {
  const counted = [...standing.values()].filter((choice) => choice !== null);
  const expected = optionIds.map((optionId) => counted.filter((choice) => choice.includes(optionId)).length);
  const surplus = expected.map((votes, index) => (tally.votes[index] ?? 0) - votes);
  const violations: Violation[] = [];
  if (surplus.some((votes) => votes !== 0) || tally.votes.length !== optionIds.length) {
    const double = surplus.reduce((sum, votes) => sum + Math.max(0, votes), 0);
    const lost = surplus.reduce((sum, votes) => sum + Math.max(0, -votes), 0);
    violations.push({
      rule: "V3",
      pollId,
      text: `votes are ${tally.votes}, ballots say ${expected}`,
      lost,
      double,
    });
  }
  if (tally.participantCount !== counted.length) {
    const text = `participants are ${tally.participantCount}, ballots ${counted.length}`;
    violations.push({ rule: "V3", pollId, text, lost: 0, double: 0 });
  }
  return violations;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((optionId, index) => optionId === b[index]);
}

function say({ optionIds, revision }: Cast): string {
  return `${optionIds} (revision ${revision})`;
}

function key(pollId: string, voter: string): string {
  return `${pollId} ${voter}`;
}
