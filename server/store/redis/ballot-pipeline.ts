import { setImmediate as nextTurn } from "node:timers/promises";
import type { PollId } from "../../../shared/ids.ts";
import { GRACE_MS } from "../../../shared/limits.ts";
import type { BallotDurability } from "../../../shared/messages.ts";
import type { Ballot, CastOutcome } from "../../app/ballot.ts";
import { pollChannels, pollKeys } from "./keys.ts";
import { isPassing } from "./passing-error.ts";
import { choiceText } from "./poll-codec.ts";
import { ReplicationWatch } from "./replication-watch.ts";
import type { RedisClient } from "./scripts.ts";
import { outcomeOf } from "./verdict.ts";

/** Ballots in one call of the script: keeps a run below a millisecond, which blocks the shard. */
const BALLOTS_PER_CALL = 256;
/** Calls in one pipeline. */
const CALLS_PER_PIPELINE = 16;
/** How long WAIT may block the connection (ms); a healthy replica answers within 1. */
const WAIT_MS = 100;
/** When a browser is to send a ballot again whose fate is not known. */
const RETRY_AFTER_MS = 500;

/** At most one snapshot of a poll in this time (ms), whatever the votes and nodes. */
export const PUBLISH_TICK_MS = 50;

interface Waiting {
  readonly ballot: Ballot;
  readonly settle: (outcome: CastOutcome) => void;
}

interface Call {
  readonly pollId: PollId;
  readonly waiting: readonly Waiting[];
}

/** Told when a batch was counted but not published: somebody is to flush the poll in `dueInMs`. */
export type OnUnpublished = (pollId: PollId, version: number, dueInMs: number) => void;

/**
 * Group commit for one master: while one pipeline is in flight the next collects, so a batch is as large as the load
 * asks for and nobody waits for a timer. One WAIT at the end says for all of them whether a replica has them.
 */
export class BallotPipeline {
  readonly #client: RedisClient;
  readonly #onUnpublished: OnUnpublished;
  readonly #replication = new ReplicationWatch();
  readonly #waiting = new Map<PollId, Waiting[]>();
  #running: Promise<void> | null = null;

  /** `client` carries nothing but pipelines of ballots: WAIT blocks its connection. */
  constructor(client: RedisClient, onUnpublished: OnUnpublished) {
    this.#client = client;
    this.#onUnpublished = onUnpublished;
  }

  cast(ballot: Ballot): Promise<CastOutcome> {
    return new Promise((settle) => {
      const waiting = this.#waiting.get(ballot.pollId);
      if (waiting) waiting.push({ ballot, settle });
      else this.#waiting.set(ballot.pollId, [{ ballot, settle }]);
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is waiting or in flight. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What else arrives in this turn of the loop goes with it.
    await nextTurn();
    while (this.#waiting.size > 0) await this.#send(this.#take());
    this.#running = null;
  }

  #take(): Call[] {
    const calls: Call[] = [];
    for (const [pollId, waiting] of this.#waiting) {
      while (waiting.length > 0 && calls.length < CALLS_PER_PIPELINE) {
        calls.push({ pollId, waiting: waiting.splice(0, BALLOTS_PER_CALL) });
      }
      if (waiting.length === 0) this.#waiting.delete(pollId);
    }
    return calls;
  }

  /** Sends calls; those that met a passing error once more, because the scripts may run any number of times. */
  async #send(calls: readonly Call[], again = true): Promise<void> {
    const asksWait = this.#replication.asks(performance.now());
    const replies = await this.#exchange(calls, asksWait);
    const waited = asksWait ? replies[calls.length] : undefined;
    if (typeof waited?.[1] === "number") this.#replication.heard(waited[1]);
    const durability = Number(waited?.[1] ?? 0) > 0 ? "replicated" : "primary";
    const failed: Call[] = [];
    for (const [index, call] of calls.entries()) {
      const [trouble, reply] = replies[index] ?? [new Error("no reply"), null];
      if (!trouble) this.#settle(call, reply as string[], durability);
      else if (again && isPassing(trouble)) failed.push(call);
      else for (const { ballot, settle } of call.waiting) settle(unknownFate(ballot));
    }
    if (failed.length > 0) await this.#send(failed, false);
  }

  async #exchange(calls: readonly Call[], asksWait: boolean): Promise<[Error | null, unknown][]> {
    const pipeline = this.#client.pipeline();
    for (const { pollId, waiting } of calls) {
      const { state, votes, participants, ballots, viewers } = pollKeys(pollId);
      const batch = waiting.flatMap(({ ballot }) => [
        ballot.voter,
        ballot.revision,
        choiceText(ballot.optionIds),
      ]);
      const fixed = [pollChannels(pollId).updates, GRACE_MS, PUBLISH_TICK_MS];
      pipeline.pollCast(state, votes, participants, ballots, viewers, ...fixed, ...batch);
    }
    if (asksWait) pipeline.wait(1, WAIT_MS);
    try {
      return (await pipeline.exec()) ?? [];
    } catch (trouble) {
      return calls.map(() => [trouble as Error, null]);
    }
  }

  #settle({ pollId, waiting }: Call, reply: readonly string[], durability: BallotDurability): void {
    const [dueInMs, version, ...verdicts] = reply;
    for (const [index, { ballot, settle }] of waiting.entries()) {
      settle(outcomeOf(ballot, verdicts[2 * index] ?? "", verdicts[2 * index + 1] ?? "", durability));
    }
    if (Number(dueInMs) > 0) this.#onUnpublished(pollId, Number(version), Number(dueInMs));
  }
}

function unknownFate({ optionIds, revision }: Ballot): CastOutcome {
  return { kind: "pending", choice: { optionIds, revision }, retryAfterMs: RETRY_AFTER_MS };
}
