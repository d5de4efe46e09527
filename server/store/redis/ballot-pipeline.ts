import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { PollId } from "../../../shared/ids.ts";
import { GRACE_MS } from "../../../shared/limits.ts";
import type { BallotDurability } from "../../../shared/messages.ts";
import { choiceText } from "../../app/register.ts";
import type { Casting } from "./casting.ts";
import { relearnTopology, replicasOf } from "./connect-redis.ts";
import { pollChannels, pollKeys } from "./keys.ts";
import { isPassing, isSilence, withoutCommand } from "./passing-error.ts";
import { type ReplicationWatch, WAIT_MS } from "./replication-watch.ts";
import { CAST, type RedisClient } from "./scripts.ts";

/** Ballots in one call of the script: keeps a run below a millisecond, which blocks the shard. */
const BALLOTS_PER_CALL = 256;
/** Calls in one pipeline. */
const CALLS_PER_PIPELINE = 16;
/** What met a passing error is sent again this often (ms), by one pipeline for all its ballots. */
const SEND_AGAIN_EVERY_MS = 50;

/** At most one snapshot of a poll in this time (ms), whatever the votes and nodes. */
export const PUBLISH_TICK_MS = 50;

interface Call {
  readonly pollId: PollId;
  readonly castings: readonly Casting[];
}

export interface BallotPipelinePorts {
  /** Carries nothing but writes that are waited for: WAIT blocks its connection. */
  readonly client: RedisClient;
  readonly replication: ReplicationWatch;
  /** Whether counted ballots wait in an outbox for the ledger, and a state that was not made whole is refused. */
  readonly hasLedger: boolean;
  /** Told when a batch was counted but not published: somebody is to flush the poll in `dueInMs`. */
  readonly onUnpublished: (pollId: PollId, version: number, dueInMs: number) => void;
  /** The master answered nothing, or that it cannot serve. */
  readonly onNoAnswer: () => void;
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
  #inFlight: readonly Call[] = [];

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

  /** Gives up whatever waits or is in flight; answers that come all the same are ignored. */
  abandon(): void {
    for (const { castings } of this.#inFlight) giveUpAll(castings);
    for (const castings of this.#waiting.values()) giveUpAll(castings);
    this.#waiting.clear();
  }

  async #run(): Promise<void> {
    // What else arrives in this turn of the loop goes with it.
    await nextTurn();
    while (this.#waiting.size > 0) {
      const calls = this.#take();
      this.#inFlight = calls;
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
    this.#inFlight = [];
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
    const isReplicated = typeof replicas === "number" && replication.heard(replicas);
    const durability = isReplicated ? "replicated" : "primary";
    const unanswered: Casting[] = [];
    for (const [index, { pollId, castings }] of calls.entries()) {
      const [trouble, reply] = replies[index] ?? [new Error("no reply from the connection"), null];
      this.#knowsScript = !trouble || (this.#knowsScript && !trouble.message.startsWith("NOSCRIPT"));
      if (!trouble) this.#settle(pollId, castings, reply as string[] | "COLD", durability);
      else unanswered.push(...this.#sortOut(castings, trouble));
    }
    return unanswered;
  }

  /** Gives up those that had better go another way, or be sent again by their voters, and returns the others. */
  #sortOut(castings: readonly Casting[], trouble: Error): Casting[] {
    if (isSilence(trouble)) this.#ports.onNoAnswer();
    const passing = isPassing(trouble);
    const [again, over]: [Casting[], Casting[]] = [[], []];
    for (const casting of castings) {
      if (!casting.isSettled) (passing && casting.mayTryAgain() ? again : over).push(casting);
    }
    this.#giveUp(over, trouble);
    return again;
  }

  #giveUp(castings: readonly Casting[], trouble: unknown): void {
    if (castings.length === 0) return;
    giveUpAll(castings);
    const { onTrouble } = this.#ports;
    onTrouble("cast ballots", trouble instanceof Error ? withoutCommand(trouble) : trouble);
  }

  async #sendAgain(unanswered: readonly Casting[]): Promise<void> {
    relearnTopology(this.#ports.client);
    await pause(SEND_AGAIN_EVERY_MS);
    for (const casting of unanswered) if (!casting.isSettled) this.#ports.route(casting);
  }

  /**
   * The script goes as a plain EVALSHA or EVAL: the client's own command, where a server has forgotten the script, sends
   * it once more behind the WAIT, which then speaks of what was before.
   */
  async #exchange(calls: readonly Call[], asksWait: boolean): Promise<[Error | null, unknown][]> {
    const { client, replication, hasLedger } = this.#ports;
    const pipeline = client.pipeline();
    for (const { pollId, castings } of calls) {
      const { poll, state, votes, participants, ballots, outbox, viewers } = pollKeys(pollId);
      const keys = [state, votes, participants, ballots, viewers, outbox, poll];
      const { updates } = pollChannels(pollId);
      const parameters: (string | number)[] = [updates, GRACE_MS, PUBLISH_TICK_MS, hasLedger ? 1 : 0];
      for (const { ballot } of castings) {
        parameters.push(ballot.voter, ballot.revision, choiceText(ballot.optionIds));
      }
      if (this.#knowsScript) pipeline.evalsha(CAST.sha, keys.length, ...keys, ...parameters);
      else pipeline.eval(CAST.lua, keys.length, ...keys, ...parameters);
    }
    if (calls[0]) replication.named(replicasOf(client, pollKeys(calls[0].pollId).state));
    if (asksWait) pipeline.wait(replication.needed, WAIT_MS);
    try {
      return (await pipeline.exec()) ?? [];
    } catch (trouble) {
      return calls.map(() => [trouble as Error, null]);
    }
  }

  #settle(
    pollId: PollId,
    castings: readonly Casting[],
    reply: readonly string[] | "COLD",
    durability: BallotDurability,
  ): void {
    if (typeof reply === "string") {
      for (const casting of castings) casting.cold();
      return;
    }
    const [dueInMs, version, entry = ""] = reply;
    let at = 3;
    for (const casting of castings) {
      casting.judged(reply[at] ?? "", reply[at + 1] ?? "", durability, entry);
      at += 2;
    }
    if (Number(dueInMs) > 0) this.#ports.onUnpublished(pollId, Number(version), Number(dueInMs));
  }
}

function giveUpAll(castings: readonly Casting[]): void {
  for (const casting of castings) if (!casting.isSettled) casting.giveUp();
}
