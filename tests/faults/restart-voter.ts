import type { PollUpdate, ServerMessage } from "../../shared/messages.ts";
import { connect, newVoterCookie, type WsClient } from "../support/ws-client.ts";
import type { Cast, History, PollOfHistory } from "./history.ts";
import type { Random } from "./random.ts";

export interface VotedPoll extends PollOfHistory {
  /** Options that one ballot may have. */
  readonly most: number;
}

/** Changes that are on their way at the same time, so that they can overtake each other over a restart. */
const AT_ONCE = 2;

/**
 * A voter who votes on and on, and keeps the protocol: what has no answer when the node dies is sent again, with the
 * same revision, once it is back.
 */
export class RestartVoter {
  readonly name: string;
  /** Called for every ballot that was answered. */
  readonly onAnswer: () => void;
  readonly #history: History;
  readonly #random: Random;
  readonly #cookie: string;
  readonly #watches: boolean;
  readonly #revisions = new Map<string, number>();
  /** The newest picture that any socket of this voter has had of a poll. */
  readonly #shown = new Map<string, { epoch: number; version: number }>();
  /** What this voter saw that must never happen: an older picture after a newer one, an acknowledgement taken back. */
  readonly complaints: string[] = [];
  #client: WsClient | null = null;

  private constructor(cookie: string, parts: VoterParts) {
    this.name = parts.name;
    this.onAnswer = parts.onAnswer;
    this.#cookie = cookie;
    this.#history = parts.history;
    this.#random = parts.random;
    this.#watches = parts.watches;
  }

  static async of(url: string, parts: VoterParts): Promise<RestartVoter> {
    return new RestartVoter(await newVoterCookie(url), parts);
  }

  /** Connects and joins these polls; answers what the node says stands of this voter in each. */
  async arrive(
    wsUrl: string,
    polls: readonly VotedPoll[],
  ): Promise<ReadonlyMap<string, PollUpdate["yourVote"]>> {
    await this.leave();
    this.#client = await connect(wsUrl, { cookie: this.#cookie });
    const standing = new Map<string, PollUpdate["yourVote"]>();
    for (const { pollId } of polls) {
      const answer = await this.#client.request({ type: "JOIN_POLL", data: { pollId } });
      if (answer.type !== "POLL_UPDATE") throw new Error(`No join: ${JSON.stringify(answer)}`);
      standing.set(pollId, answer.data.yourVote);
      if (!this.#watches) this.#client.send({ type: "LEAVE_POLL", data: { pollId } });
    }
    return standing;
  }

  /**
   * Sends again what has no answer, then votes on and on in these polls. Resolves when the connection is lost, or `enough`
   * says so and everything has its answer.
   */
  async vote(polls: readonly VotedPoll[], enough: () => boolean): Promise<void> {
    await Promise.all(polls.map((poll) => this.#voteIn(poll, enough)));
    for (const frame of this.#client?.frames ?? []) this.#look(frame);
  }

  /** Sends again what has no answer, until everything has one. */
  async settle(polls: readonly VotedPoll[]): Promise<void> {
    for (const { pollId } of polls) {
      for (let open = this.#open(pollId); open.length > 0; open = this.#open(pollId)) {
        for (const cast of open) await this.#send(cast);
      }
    }
  }

  async leave(): Promise<void> {
    await this.#client?.close();
  }

  #open(pollId: string): Cast[] {
    return this.#history.of(pollId, this.name).filter(({ outcome }) => outcome === "unknown");
  }

  async #voteIn(poll: VotedPoll, enough: () => boolean): Promise<void> {
    try {
      const open = this.#open(poll.pollId);
      // In any order: what was sent first may come last.
      await Promise.all((this.#random.onceIn(2) ? open.reverse() : open).map((cast) => this.#send(cast)));
      while (!enough()) await Promise.all(this.#ballots(poll).map((cast) => this.#send(cast)));
    } catch {
      // The node was killed: `#send` left as `unknown` what has no answer.
    }
  }

  /** The next ballots: mostly one or two changes, sometimes the last one once more. */
  #ballots(poll: VotedPoll): Cast[] {
    const before = this.#history.of(poll.pollId, this.name).at(-1);
    if (before && this.#random.onceIn(5)) return [before];
    return Array.from({ length: 1 + this.#random.below(AT_ONCE) }, () => {
      const revision = (this.#revisions.get(poll.pollId) ?? 0) + 1;
      this.#revisions.set(poll.pollId, revision);
      const optionIds = this.#random.some(poll.optionIds, poll.most);
      return this.#history.begin({ pollId: poll.pollId, voter: this.name, optionIds, revision });
    });
  }

  async #send(cast: Cast): Promise<void> {
    const { pollId, optionIds, revision } = cast;
    if (!this.#client) throw new Error("This voter has not arrived.");
    const data = { pollId, optionIds: [...optionIds], revision };
    const answer = await this.#client.request({ type: "CAST_VOTE", data }, 30_000);
    const outcome = outcomeOf(answer);
    if (cast.outcome === "ok" && outcome !== "ok")
      this.complaints.push(`taken back: ${JSON.stringify(answer)}`);
    if (answer.type === "VOTE_ACCEPTED" && !answer.data.repeated) this.#judgeOrder(cast);
    cast.outcome = outcome;
    this.onAnswer();
  }

  /** A ballot that was counted just now must not be older than one that already has its yes. */
  #judgeOrder({ pollId, revision }: Cast): void {
    const casts = this.#history.of(pollId, this.name);
    const newer = casts.find((other) => other.outcome === "ok" && other.revision > revision);
    if (newer) this.complaints.push(`${pollId}: ${revision} was counted after ${newer.revision}`);
  }

  #look(frame: ServerMessage): void {
    if (frame.type !== "RESULTS_UPDATE") return;
    const { pollId, epoch, version } = frame.data;
    const before = this.#shown.get(pollId);
    if (before && (epoch < before.epoch || (epoch === before.epoch && version < before.version))) {
      this.complaints.push(
        `${pollId} went back: ${epoch}/${version} after ${before.epoch}/${before.version}`,
      );
    }
    this.#shown.set(pollId, { epoch, version });
  }
}

export interface VoterParts {
  readonly name: string;
  readonly history: History;
  readonly random: Random;
  /** Stays in the polls and is shown every picture; the others only vote. */
  readonly watches: boolean;
  readonly onAnswer: () => void;
}

function outcomeOf(answer: ServerMessage): Cast["outcome"] {
  if (answer.type === "VOTE_ACCEPTED") return "ok";
  if (answer.type !== "ERROR") return "unknown";
  return answer.data.code === "ALREADY_VOTED" ? "fail" : "unknown";
}
