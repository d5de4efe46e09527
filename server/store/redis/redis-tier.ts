import { LRUCache } from "lru-cache";
import type { PollId, VoterId } from "../../../shared/ids.ts";
import type { SystemEvent } from "../../../shared/messages.ts";
import type { Ballot, Choice } from "../../app/ballot.ts";
import type { RegisteredBallot } from "../../app/register.ts";
import type { ProbedShard } from "../tiers/health.ts";
import type { Fenced, OutboxEntry, RedisCast, RedisSide, RedisView, Told } from "../tiers/redis-side.ts";
import { PUBLISH_TICK_MS } from "./ballot-pipeline.ts";
import type { Topology } from "./connect-redis.ts";
import { pollChannels, pollKeys } from "./keys.ts";
import { KEEP_DRAFT_SECONDS } from "./lifetime.ts";
import { parseChoice, parsePoll } from "./poll-codec.ts";
import { scanBallots } from "./scan-ballots.ts";
import { setViewers } from "./set-viewers.ts";
import { TierConnection, type TierConnectionPorts } from "./tier-connection.ts";
import {
  ballotArguments,
  outboxEntry,
  type StreamEntry,
  TIER,
  tierKeys,
  toldArguments,
} from "./tier-scripts.ts";

/** Ballots in one run of a script, which blocks the shard: about a millisecond. */
const BALLOTS_A_CALL = 512;
/** Calls in one pipeline: what is in flight at once. */
const CALLS_AT_ONCE = 8;
/** Entries of the outbox that one fence answers: some megabytes at the most. */
const FENCED_ENTRIES = 200;
/** Whoever makes a state whole and is not heard of for so long (ms) may be replaced. */
const TOKEN_BELIEVED_MS = 3_000;
/** Many times the polls that one node makes whole at a time. */
const TOKENS_REMEMBERED = 1_000;
/** How long living nodes may have in memory what a state has lost (ms). */
const PATIENCE_MS = 15_000;

/** Redis above a ledger: every verb is one script on the shard that has the poll. */
export class RedisTier implements RedisSide {
  /** Resolves once a server has answered; until then every poll is away. */
  readonly found: Promise<Topology>;
  /** For whatever else is kept in this Redis. Closed with the tier. */
  readonly connection: TierConnection;
  /** What the servers made of the tokens that were asked for. */
  readonly #tokens = new LRUCache<string, string>({ max: TOKENS_REMEMBERED });

  constructor(ports: TierConnectionPorts) {
    this.connection = new TierConnection(ports);
    this.found = this.connection.found;
  }

  /** The masters as they are known now, for the monitor. */
  shards(): readonly ProbedShard[] {
    return this.connection.shards();
  }

  /** A snapshot of this poll came over the bus: what waits to be flushed may have been in it. */
  snapshotHeard(pollId: PollId, version: number): void {
    this.connection.snapshotHeard(pollId, version);
  }

  isAway(pollId: PollId): boolean {
    return this.connection.isAway(pollId);
  }

  cast(ballot: Ballot): Promise<RedisCast> {
    return this.connection.cast(ballot);
  }

  async read(pollId: PollId): Promise<RedisView | "cold" | "removed"> {
    const reply = await this.connection.ask(pollId, (redis) => redis.pollTierRead(...tierKeys(pollId)));
    if (reply === "COLD") return "cold";
    if (reply === "REMOVED") return "removed";
    const [definition, snapshot, outboxLength, outboxAgeMs, settled] = reply;
    return { poll: parsePoll(definition, snapshot), outboxLength, outboxAgeMs, settled: settled === 1 };
  }

  async choicesOf(pollId: PollId, voters: readonly VoterId[]): Promise<(Choice | null)[]> {
    if (voters.length === 0) return [];
    const { ballots } = pollKeys(pollId);
    const standing = await this.connection.ask(pollId, (redis) => redis.hmget(ballots, ...voters));
    return standing.map(parseChoice);
  }

  async reportViewers(
    pollId: PollId,
    node: string,
    count: number,
    joined: readonly VoterId[] = [],
  ): Promise<boolean> {
    const told = await this.connection.ask(pollId, (redis) => setViewers(redis, pollId, node, count, joined));
    if (told) this.connection.publishIn(pollId, told.version, told.dueInMs);
    return told !== null;
  }

  ballots(pollId: PollId): AsyncIterable<readonly RegisteredBallot[]> {
    const key = pollKeys(pollId).ballots;
    return scanBallots((cursor, count) =>
      this.connection.ask(pollId, (redis) => redis.hscan(key, cursor, "COUNT", count)),
    );
  }

  async create(poll: Told): Promise<"created" | "removed"> {
    const answer = await this.#run<"CREATED" | "REMOVED">(poll, TIER.create, toldArguments(poll));
    return answer === "CREATED" ? "created" : "removed";
  }

  async steer(poll: Told, event?: SystemEvent): Promise<"done" | "cold" | "removed"> {
    return lowered(
      await this.#run<"DONE" | "COLD" | "REMOVED">(poll, TIER.steer, toldArguments(poll, event)),
    );
  }

  async fence(poll: Told, event?: SystemEvent): Promise<Fenced | "removed"> {
    const parameters = [...toldArguments(poll, event), FENCED_ENTRIES];
    const answer = await this.#run<"REMOVED" | [whole: number, outbox: StreamEntry[]]>(
      poll,
      TIER.fence,
      parameters,
    );
    if (answer === "REMOVED") return "removed";
    return { whole: answer[0] === 1, outbox: answer[1].map(outboxEntry) };
  }

  async pending(pollId: PollId, limit: number): Promise<readonly OutboxEntry[]> {
    const entries = await this.connection.confirmed.run<StreamEntry[]>(pollId, TIER.pending, [limit]);
    return entries.map(outboxEntry);
  }

  async drained(pollId: PollId, entries: readonly string[]): Promise<readonly string[] | "cold" | "removed"> {
    const answer = await this.connection.confirmed.run<string[] | "COLD" | "REMOVED">(
      pollId,
      TIER.drained,
      entries,
    );
    return typeof answer === "string" ? lowered(answer) : answer;
  }

  merge(pollId: PollId, ballots: readonly RegisteredBallot[]): Promise<"done" | "cold" | "removed"> {
    return this.#mergeParts<"cold" | "removed">(pollId, TIER.merge, this.#following(pollId), ballots);
  }

  async begin(
    pollId: PollId,
    token: string,
    settling: boolean,
  ): Promise<"begun" | "busy" | "ended" | "removed"> {
    const parameters = [token, settling ? 1 : 0, TOKEN_BELIEVED_MS, KEEP_DRAFT_SECONDS];
    const answer = await this.connection.confirmed.run<
      "BUSY" | "ENDED" | "REMOVED" | [begun: "BEGUN", token: string]
    >(pollId, TIER.begin, parameters);
    if (typeof answer === "string") return lowered(answer);
    this.#tokens.set(token, answer[1]);
    return "begun";
  }

  bring(pollId: PollId, token: string, ballots: readonly RegisteredBallot[]): Promise<"done" | "lost"> {
    return this.#mergeParts<"lost">(
      pollId,
      TIER.bring,
      [this.#held(token), ...this.#following(pollId)],
      ballots,
    );
  }

  async finish(poll: Told, token: string): Promise<"done" | "lost"> {
    const parameters = [...toldArguments(poll), this.#held(token), PATIENCE_MS];
    return lowered(await this.#run<"DONE" | "LOST">(poll, TIER.finish, parameters));
  }

  async set(
    pollId: PollId,
    token: string,
    ballots: readonly (readonly [VoterId, RegisteredBallot | null])[],
  ): Promise<"done" | "lost"> {
    for (const parts of inPipelines(ballots)) {
      const calls = parts.map((part) => [
        this.#held(token),
        ...part.flatMap(([voter, ballot]) => [voter, ballot?.revision ?? "", ballot?.choice ?? ""]),
      ]);
      const answers = await this.connection.confirmed.runAll<"DONE" | "LOST">(pollId, TIER.set, calls);
      if (answers.includes("LOST")) return "lost";
    }
    return "done";
  }

  async settle(poll: Told, token: string): Promise<"done" | "lost"> {
    return lowered(
      await this.#run<"DONE" | "LOST">(poll, TIER.settle, [
        ...toldArguments(poll, "closed"),
        this.#held(token),
      ]),
    );
  }

  async drop(pollId: PollId): Promise<void> {
    const parameters = [KEEP_DRAFT_SECONDS, pollChannels(pollId).system, "removed"];
    await this.connection.confirmed.run(pollId, TIER.drop, parameters);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** As the server gave it out. */
  #held(token: string): string {
    return this.#tokens.get(token) ?? token;
  }

  /** Sends ballots in parts; the first answer that is none of `DONE` ends it. */
  async #mergeParts<Refused extends string>(
    pollId: PollId,
    script: string,
    fixed: readonly (string | number)[],
    ballots: readonly RegisteredBallot[],
  ): Promise<"done" | Refused> {
    for (const parts of inPipelines(ballots)) {
      const calls = parts.map((part) => [...fixed, ...ballotArguments(part)]);
      const answers = await this.connection.confirmed.runAll<MergeReply | Uppercase<Refused>>(
        pollId,
        script,
        calls,
      );
      for (const answer of answers) {
        if (typeof answer === "string") return lowered(answer) as Refused; // as it was made of it
        this.connection.publishIn(pollId, Number(answer[2]), answer[1]);
      }
    }
    return "done";
  }

  #following(pollId: PollId): [channel: string, tickMs: number] {
    return [pollChannels(pollId).updates, PUBLISH_TICK_MS];
  }

  #run<Answer>(poll: Told, script: string, parameters: readonly (string | number)[]): Promise<Answer> {
    return this.connection.confirmed.run<Answer>(poll.definition.pollId, script, parameters);
  }
}

type MergeReply = [done: "DONE", dueInMs: number, version: string];

/** In parts of a script run each, so many of them as go in one pipeline. At least one, so that a token is asked for. */
function* inPipelines<Item>(items: readonly Item[]): Generator<readonly (readonly Item[])[]> {
  const perPipeline = BALLOTS_A_CALL * CALLS_AT_ONCE;
  for (let from = 0; from === 0 || from < items.length; from += perPipeline) {
    const parts: (readonly Item[])[] = [];
    for (
      let at = from;
      at === from || at < Math.min(items.length, from + perPipeline);
      at += BALLOTS_A_CALL
    ) {
      parts.push(items.slice(at, Math.min(at + BALLOTS_A_CALL, from + perPipeline)));
    }
    yield parts;
  }
}

function lowered<Text extends string>(text: Text): Lowercase<Text> {
  return text.toLowerCase() as Lowercase<Text>;
}
