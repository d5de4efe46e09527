import type { PollId } from "../../../shared/ids.ts";
import { isRefusal, type Refusal } from "../../../shared/refusals.ts";
import { type Ballot, type CastOutcome, type Choice, judgeBallot, judgeChoice } from "../../app/ballot.ts";
import { notFoundRefusal, type Poll } from "../../app/poll.ts";
import type { BallotTable } from "./ballot-table.ts";
import type { KeptPolls } from "./kept-polls.ts";

/** A ballot, and when it was received (epoch ms): waiting for its commit does not make it late. */
export interface Arrival {
  readonly ballot: Ballot;
  readonly receivedAt: number;
}

/** A poll as it was before the batch, and its count with the batch's ballots. */
interface Recount {
  readonly poll: Poll;
  readonly votes: number[];
  participantCount: number;
  changed: boolean;
}

/**
 * The ballots of one transaction. Each is judged against what stands in the file, where those before it already are.
 * The counts that result are held back here until the caller knows that the commit succeeded.
 */
export class BallotBatch {
  readonly #polls: KeptPolls;
  readonly #ballots: BallotTable;
  /** Each poll is looked up once, before its first ballot is written: a tally read later might yet be rolled back. */
  readonly #recounts = new Map<PollId, Recount | null>();

  constructor(polls: KeptPolls, ballots: BallotTable) {
    this.#polls = polls;
    this.#ballots = ballots;
  }

  /** Judges and writes one ballot; only within the batch's transaction. */
  take({ ballot, receivedAt }: Arrival): CastOutcome {
    const recount = this.#recountOf(ballot.pollId);
    if (!recount) return refused(notFoundRefusal(ballot.pollId));
    const { definition } = recount.poll;
    // Judged here too: a node that still has the text of a draft rewritten since must not corrupt the tally.
    const optionIds = judgeChoice(definition, ballot.optionIds);
    if (isRefusal(optionIds)) return refused(optionIds);
    const sound = { ...ballot, optionIds };
    const standing = this.#ballots.find(ballot.pollId, ballot.voter, definition.options);
    const verdict = judgeBallot(recount.poll, standing, sound, receivedAt);
    if (typeof verdict === "object") return refused(verdict);
    if (verdict !== "repeat") this.#ballots.put(sound, definition.options);
    if (verdict === "count") count(recount, standing, sound);
    const choice = { optionIds, revision: ballot.revision };
    return { kind: "accepted", choice, durability: "embedded", repeated: verdict !== "count" };
  }

  /** The polls whose counts the batch changed. True only once the batch is committed. */
  recounts(): Recount[] {
    return [...this.#recounts.values()]
      .filter((recount) => recount !== null)
      .filter(({ changed }) => changed);
  }

  #recountOf(pollId: PollId): Recount | null {
    const seen = this.#recounts.get(pollId);
    if (seen !== undefined) return seen;
    const poll = this.#polls.find(pollId);
    const recount = poll && {
      poll,
      votes: [...poll.tally.votes],
      participantCount: poll.tally.participantCount,
      changed: false,
    };
    this.#recounts.set(pollId, recount);
    return recount;
  }
}

/** Takes the voter's ballot `before` out of the count and `after` into it. */
function count(recount: Recount, before: Choice | null, after: Choice): void {
  recount.poll.definition.options.forEach(({ optionId }, index) => {
    const was = before?.optionIds.includes(optionId) ?? false;
    const change = Number(after.optionIds.includes(optionId)) - Number(was);
    recount.votes[index] = (recount.votes[index] ?? 0) + change;
  });
  if (before === null) recount.participantCount += 1;
  recount.changed = true;
}

function refused(refusal: Refusal): CastOutcome {
  return { kind: "refused", refusal };
}
