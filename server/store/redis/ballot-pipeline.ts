import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { PollId } from "../../../shared/ids.ts";
import { GRACE_MS } from "../../../shared/limits.ts";
import type { BallotDurability } from "../../../shared/messages.ts";
import type { Ballot, CastOutcome } from "../../app/ballot.ts";
import { relearnTopology } from "./connect-redis.ts";
import { pollChannels, pollKeys } from "./keys.ts";
import { isPassing, withoutCommand } from "./passing-error.ts";
import { choiceText } from "./poll-codec.ts";
import { type ReplicationWatch, WAIT_MS } from "./replication-watch.ts";
import { CAST, type RedisClient } from "./scripts.ts";
import { TRY_AGAIN_FOR_MS } from "./try-again.ts";
import { outcomeOf } from "./verdict.ts";

/** Ballots in one call of the script: keeps a run below a millisecond, which blocks the shard. */
const BALLOTS_PER_CALL = 256;
/** Calls in one pipeline. */
const CALLS_PER_PIPELINE = 16;
/** What met a passing error is sent again this often (ms), by one pipeline for all its ballots. */
const SEND_AGAIN_EVERY_MS = 50;
/** When a browser is to send a ballot again whose fate is not known. */
const RETRY_AFTER_MS = 500;

/** At most one snapshot of a poll in this time (ms), whatever the votes and nodes. */
export const PUBLISH_TICK_MS = 50;

/** A ballot on its way, and whom to tell. */
export class Casting {
  readonly ballot: Ballot;
  readonly settle: (outcome: CastOutcome) => void;
  /** Monotonic ms. */
  readonly #giveUpAt = performance.now() + TRY_AGAIN_FOR_MS;

  constructor(ballot: Ballot, settle: (outcome: CastOutcome) => void) {
    this.ballot = ballot;
    this.settle = settle;
  }

  get isLate(): boolean {
    return performance.now() > this.#giveUpAt;
  }

  /** Counted or not, nobody can say: the voter sends it again. */
  giveUp(): void {
    const { optionIds, revision } = this.ballot;
    this.settle({ kind: "pending", choice: { optionIds, revision }, retryAfterMs: RETRY_AFTER_MS });
  }
}

interface Call {
  readonly pollId: PollId;
  readonly castings: readonly Casting[];
}

export interface BallotPipelinePorts {
  /** Carries nothing but writes that are waited for: WAIT blocks its connection. */
  readonly client: RedisClient;
  readonly replication: ReplicationWatch;
  /** Told when a batch was counted but not published: somebody is to flush the poll in `dueInMs`. */
  readonly onUnpublished: (pollId: PollId, version: number, dueInMs: number) => void;
  /** Told why ballots were given up. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
  /** Takes what met a passing error to the pipeline of whichever master now has the poll. */
  readonly route: (casting: Casting) => void;
}

/**
 * Group commit for one master: while one pipeline is in flight the next collects, so a batch is as large as the load
 * asks for and nobody waits for a timer. One WAIT at the end says for all of them whether a replica has them.
 */
export class BallotPipeline {
  readonly #ports: BallotPipelinePorts;
  readonly #waiting = new Map<PollId, Casting[]>();
  /** Whether the master has shown that it has the script; else it is sent along. */
  #knowsScript = false;
  #running: Promise<void> | null = null;

  constructor(ports: BallotPipelinePorts) {
    this.#ports = ports;
  }

  add(casting: Casting): void {
    const { pollId } = casting.ballot;
    const waiting = this.#waiting.get(pollId);
    if (waiting) waiting.push(casting);
    else this.#waiting.set(pollId, [casting]);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is waiting or in flight; `null` if that is so. */
  get running(): Promise<void> | null {
    return this.#running;
  }

  async #run(): Promise<void> {
    // What else arrives in this turn of the loop goes with it.
    await nextTurn();
    while (this.#waiting.size > 0) {
      const calls = this.#take();
      try {
        const unanswered = await this.#send(calls);
        if (unanswered.length > 0) await this.#sendAgain(unanswered);
      } catch (bug) {
        // Or no ballot would ever be cast on this shard again.
        this.#giveUp(
          calls.flatMap(({ castings }) => castings),
          bug,
        );
      }
    }
    this.#running = null;
  }

  #take(): Call[] {
    const calls: Call[] = [];
    for (const [pollId, waiting] of this.#waiting) {
      while (waiting.length > 0 && calls.length < CALLS_PER_PIPELINE) {
        calls.push({ pollId, castings: waiting.splice(0, BALLOTS_PER_CALL) });
      }
      if (waiting.length === 0) this.#waiting.delete(pollId);
    }
    return calls;
  }

  /** Returns what is to be sent again, which is harmless: the script may run any number of times. */
  async #send(calls: readonly Call[]): Promise<Casting[]> {
    const { replication } = this.#ports;
    const asksWait = replication.asks(performance.now());
    const replies = await this.#exchange(calls, asksWait);
    const replicas = asksWait ? replies[calls.length]?.[1] : undefined;
    if (typeof replicas === "number") replication.heard(replicas);
    const durability = Number(replicas ?? 0) > 0 ? "replicated" : "primary";
    const unanswered: Casting[] = [];
    for (const [index, { pollId, castings }] of calls.entries()) {
      const [trouble, reply] = replies[index] ?? [new Error("no reply from the connection"), null];
      this.#knowsScript = !trouble || (this.#knowsScript && !trouble.message.startsWith("NOSCRIPT"));
      if (!trouble) this.#settle(pollId, castings, reply as string[], durability);
      else unanswered.push(...this.#sortOut(castings, trouble));
    }
    return unanswered;
  }

  /** Gives up those that had better be sent again by their voters, and returns the others. */
  #sortOut(castings: readonly Casting[], trouble: Error): Casting[] {
    const passing = isPassing(trouble);
    const [again, over]: [Casting[], Casting[]] = [[], []];
    for (const casting of castings) (passing && !casting.isLate ? again : over).push(casting);
    this.#giveUp(over, trouble);
    return again;
  }

  #giveUp(castings: readonly Casting[], trouble: unknown): void {
    if (castings.length === 0) return;
    for (const casting of castings) casting.giveUp();
    const { onTrouble } = this.#ports;
    onTrouble("cast ballots", trouble instanceof Error ? withoutCommand(trouble) : trouble);
  }

  async #sendAgain(unanswered: readonly Casting[]): Promise<void> {
    relearnTopology(this.#ports.client);
    await pause(SEND_AGAIN_EVERY_MS);
    for (const casting of unanswered) this.#ports.route(casting);
  }

  /**
   * The script goes as a plain EVALSHA or EVAL: the client's own command, where a server has forgotten the script, sends
   * it once more behind the WAIT, which then speaks of what was before.
   */
  async #exchange(calls: readonly Call[], asksWait: boolean): Promise<[Error | null, unknown][]> {
    const pipeline = this.#ports.client.pipeline();
    for (const { pollId, castings } of calls) {
      const { state, votes, participants, ballots, viewers } = pollKeys(pollId);
      const keys = [state, votes, participants, ballots, viewers];
      const fixed = [pollChannels(pollId).updates, GRACE_MS, PUBLISH_TICK_MS];
      const batch = castings.flatMap(({ ballot }) => [
        ballot.voter,
        ballot.revision,
        choiceText(ballot.optionIds),
      ]);
      if (this.#knowsScript) pipeline.evalsha(CAST.sha, keys.length, ...keys, ...fixed, ...batch);
      else pipeline.eval(CAST.lua, keys.length, ...keys, ...fixed, ...batch);
    }
    if (asksWait) pipeline.wait(1, WAIT_MS);
    try {
      return (await pipeline.exec()) ?? [];
    } catch (trouble) {
      return calls.map(() => [trouble as Error, null]);
    }
  }

  #settle(
    pollId: PollId,
    castings: readonly Casting[],
    reply: readonly string[],
    durability: BallotDurability,
  ): void {
    const [dueInMs, version, ...verdicts] = reply;
    for (const [index, { ballot, settle }] of castings.entries()) {
      settle(outcomeOf(ballot, verdicts[2 * index] ?? "", verdicts[2 * index + 1] ?? "", durability));
    }
    if (Number(dueInMs) > 0) this.#ports.onUnpublished(pollId, Number(version), Number(dueInMs));
  }
}
