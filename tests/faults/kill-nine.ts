/** Kills a node again and again while many vote and change their votes, and counts what became of every ballot. */
import { makePoll, steer, viewPoll } from "../support/poll-calls.ts";
import { startNode, type TestNode } from "../support/start-node.ts";
import { waitFor } from "../support/wait-for.ts";
import { type Cast, History, type Observation, type Violation } from "./history.ts";
import { Random } from "./random.ts";
import { RestartVoter, type VotedPoll } from "./restart-voter.ts";

export interface KillParts {
  readonly kills: number;
  readonly voters: number;
  /** A kill comes after at most so many answers since the last start. */
  readonly mostAnswers: number;
  readonly seed: number;
}

export interface KillFigures {
  readonly poll: string;
  /** Ballots, each counted once however often it was sent. */
  readonly acknowledged: number;
  readonly refused: number;
  /** Without an answer when their node was killed. */
  readonly unanswered: number;
  /** Of these, how many were found counted all the same. */
  readonly unansweredCounted: number;
  /** Voters whose ballot is in the final result. */
  readonly counted: number;
  readonly lost: number;
  readonly double: number;
}

export interface KillReport {
  readonly figures: readonly KillFigures[];
  readonly violations: readonly Violation[];
  /** What voters saw that must never happen. */
  readonly complaints: readonly string[];
  /** Answers between a start and the kill, for each kill. */
  readonly answersBeforeKills: readonly number[];
}

interface KilledPoll extends VotedPoll {
  /** Its row in the table. */
  readonly name: string;
  /** The kill, counted from 0, before which votes are cast in it; `null`: before all. */
  readonly round: number | null;
  readonly hostKey: string;
}

const OPTIONS = Array.from({ length: 20 }, (_, index) => `Option ${index + 1}`);
const WATCHING = 10;

export async function killAgainAndAgain(parts: KillParts): Promise<KillReport> {
  await using node = await startNode({ env: { FRAMES_PER_SECOND: "0" } });
  return await new KillRun(node, parts, await makePolls(node.url, parts.kills)).run();
}

class KillRun {
  readonly #node: TestNode;
  readonly #parts: KillParts;
  readonly #polls: readonly KilledPoll[];
  readonly #random: Random;
  readonly #history = new History();
  readonly #violations: Violation[] = [];
  readonly #answersBeforeKills: number[] = [];
  readonly #unanswered = new Set<Cast>();
  readonly #unansweredCounted = new Set<Cast>();
  #voters: readonly RestartVoter[] = [];
  #answers = 0;

  constructor(node: TestNode, parts: KillParts, polls: readonly KilledPoll[]) {
    this.#node = node;
    this.#parts = parts;
    this.#polls = polls;
    this.#random = new Random(parts.seed);
  }

  async run(): Promise<KillReport> {
    this.#voters = await Promise.all(
      Array.from({ length: this.#parts.voters }, (_, index) => this.#newVoter(index)),
    );
    await this.#observe(0);
    for (let round = 0; round < this.#parts.kills; round++) {
      await this.#voteUntilKilled(round);
      await this.#node.start();
      await this.#observe(round + 1);
    }
    await this.#voteWithoutKill();
    for (const poll of this.#polls) await steer(this.#node.url, poll, "close");
    await this.#node.kill9();
    await this.#node.start();
    const final = await this.#observe(this.#parts.kills);
    await Promise.all(this.#voters.map((voter) => voter.leave()));
    return {
      figures: [...Map.groupBy(this.#polls, ({ name }) => name)].map(([name, polls]) =>
        this.#figuresOf(name, polls, final),
      ),
      violations: this.#violations,
      complaints: this.#voters.flatMap(({ complaints }) => complaints),
      answersBeforeKills: this.#answersBeforeKills,
    };
  }

  #newVoter(index: number): Promise<RestartVoter> {
    return RestartVoter.of(this.#node.url, {
      name: `voter ${index}`,
      history: this.#history,
      random: this.#random,
      watches: index % WATCHING === 0,
      onAnswer: () => {
        this.#answers += 1;
      },
    });
  }

  /** The moment is one of the load's own: right at the start, while old ballots are sent again, or later. */
  async #voteUntilKilled(round: number): Promise<void> {
    this.#answers = 0;
    const polls = this.#polls.filter(
      (poll) => poll.round === null || poll.round === round || poll.round === round - 1,
    );
    const moment = this.#random.below(this.#parts.mostAnswers);
    const voting = Promise.all(this.#voters.map((voter) => voter.vote(polls, () => false)));
    await waitFor(`${moment} answers`, () => this.#answers >= moment, 60_000);
    await this.#node.kill9();
    await voting;
    this.#answersBeforeKills.push(this.#answers);
    for (const cast of this.#history.all("unknown")) this.#unanswered.add(cast);
  }

  /** The node that ran last counts on what it read at its start; so it is looked at before it ends, too. */
  async #voteWithoutKill(): Promise<void> {
    this.#answers = 0;
    const enough = () => this.#answers >= this.#parts.mostAnswers;
    await Promise.all(this.#voters.map((voter) => voter.vote(this.#polls.slice(0, 3), enough)));
    await Promise.all(this.#voters.map((voter) => voter.settle(this.#polls)));
    await this.#observe(this.#parts.kills);
  }

  /** Everybody comes back and reads before anybody sends anything again: what is there is what survived. */
  async #observe(round: number): Promise<ReadonlyMap<string, Observation>> {
    const polls = this.#polls.filter((poll) => (poll.round ?? 0) <= round);
    const arrivals = await Promise.all(this.#voters.map((voter) => voter.arrive(this.#node.wsUrl, polls)));
    const observations = new Map<string, Observation>();
    for (const poll of polls) {
      const { results } = await viewPoll(this.#node.url, poll.pollId);
      const standing = this.#voters.map(
        ({ name }, index) => [name, arrivals[index]?.get(poll.pollId) ?? null] as const,
      );
      const observation = {
        standing: new Map(standing),
        votes: results.results?.map(({ votes }) => votes) ?? [],
        participantCount: results.participantCount,
      };
      observations.set(poll.pollId, observation);
      this.#violations.push(...this.#history.judge(poll, observation));
      for (const cast of this.#history.unansweredThatStand(poll, observation)) {
        this.#unansweredCounted.add(cast);
      }
    }
    return observations;
  }

  #figuresOf(
    poll: string,
    polls: readonly KilledPoll[],
    final: ReadonlyMap<string, Observation>,
  ): KillFigures {
    const pollIds = new Set(polls.map(({ pollId }) => pollId));
    const own = <Item extends { readonly pollId: string }>(items: Iterable<Item>) =>
      [...items].filter(({ pollId }) => pollIds.has(pollId));
    const violations = own(this.#violations);
    return {
      poll,
      acknowledged: own(this.#history.all("ok")).length,
      refused: own(this.#history.all("fail")).length,
      unanswered: own(this.#unanswered).length,
      unansweredCounted: own(this.#unansweredCounted).length,
      counted: polls.reduce((sum, { pollId }) => sum + (final.get(pollId)?.participantCount ?? 0), 0),
      lost: violations.reduce((sum, { lost }) => sum + lost, 0),
      double: violations.reduce((sum, { double }) => sum + double, 0),
    };
  }
}

/** A poll in which nobody changes is soon voted out: there is a fresh one for every kill. */
async function makePolls(url: string, kills: number): Promise<KilledPoll[]> {
  const make = async (name: string, round: number | null, parts: Pick<VotedPoll, "allowChange" | "most">) => {
    const { allowChange, most } = parts;
    const kind = most > 1 ? "multiple" : "single";
    const text = { question: name, options: OPTIONS, kind, settings: { allowChange } };
    const optionIds = OPTIONS.map((_, index) => `opt-${index + 1}`);
    return { ...(await makePoll(url, text)), name, round, optionIds, ...parts };
  };
  const polls = [
    await make("one choice, changes", null, { allowChange: true, most: 1 }),
    await make("many choices, changes", null, { allowChange: true, most: 5 }),
  ];
  for (let round = 0; round < kills; round++) {
    polls.push(await make("one choice, no changes", round, { allowChange: false, most: 1 }));
  }
  return polls;
}
