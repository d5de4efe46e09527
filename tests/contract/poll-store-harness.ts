import { afterEach, beforeEach, expect } from "bun:test";
import type { CastOutcome, Choice } from "../../server/app/ballot.ts";
import type { Poll, PollControl, PollDefinition } from "../../server/app/poll.ts";
import type { Clock, PollStore } from "../../server/app/ports.ts";
import type { PollId, VoterId } from "../../shared/ids.ts";
import type { SystemEvent } from "../../shared/messages.ts";
import type { Refusal } from "../../shared/refusals.ts";
import { auditOf, type DefinitionParts, definitionOf, openControl } from "../support/fixtures.ts";
import type { NewsLog } from "./news-log.ts";

/** One adapter under the contract, with nothing in it. */
export interface PollStoreHarness {
  /** Another object after `reopen`. */
  readonly store: PollStore;
  /** The time by which the adapter judges; `step` only where it can be moved. */
  readonly clock: { readonly now: Clock; readonly step?: (ms: number) => void };
  readonly news: NewsLog;
  /** Polls that a property makes and votes through; fewer where an end takes seconds. */
  readonly runs?: number;
  /** Who counts those who joined: a store that keeps it, one that forgets it with its process, or none. */
  readonly joined: "kept" | "in memory" | "not counted";
  /** Leaves the store as a new process would find it: what was begun is finished, all memory is lost. */
  reopen(): Promise<void>;
  dispose(): Promise<void>;
}

/** The harness of the running test, and the few things that nearly every test does with it. */
export class PollStoreBench {
  #harness: PollStoreHarness | undefined;

  /** Call within `describe`: every test gets a harness of its own. */
  constructor(make: () => Promise<PollStoreHarness>) {
    beforeEach(async () => {
      this.#harness = await make();
    });
    afterEach(async () => {
      await this.#harness?.dispose();
      this.#harness = undefined;
    });
  }

  get harness(): PollStoreHarness {
    if (!this.#harness) throw new Error("There is a harness only while a test runs.");
    return this.#harness;
  }

  get store(): PollStore {
    return this.harness.store;
  }

  now(): number {
    return this.harness.clock.now();
  }

  /** Keeps a poll that is open now, unless `control` says otherwise. */
  async open(parts: DefinitionParts = {}, control: Partial<PollControl> = {}): Promise<PollDefinition> {
    const definition = definitionOf(parts);
    const opened = { ...openControl(definition, this.now()), ...control };
    const created = await this.store.create(definition, opened, auditOf("created", this.now()));
    expect(created).toBe("created");
    return definition;
  }

  /** The poll, which must be there. */
  async read(pollId: PollId): Promise<Poll> {
    const poll = await this.store.read(pollId);
    if (!poll) throw new Error(`Poll ${pollId} is not there.`);
    return poll;
  }

  /** Steers to `change` of the control as it stands. */
  async steer(pollId: PollId, change: Partial<PollControl>, event: Exclude<SystemEvent, "removed">) {
    const { control } = await this.read(pollId);
    return this.store.steer({
      pollId,
      expectedSeq: control.seq,
      control: { ...control, ...change, seq: control.seq + 1 },
      event,
      audit: auditOf(event, this.now()),
    });
  }

  async close(pollId: PollId): Promise<void> {
    expect(await this.steer(pollId, { status: "closed", closedAt: this.now() }, "closed")).toBe("done");
  }

  async remove(pollId: PollId) {
    const { control } = await this.read(pollId);
    const audit = auditOf("removed", this.now());
    return this.store.steer({
      pollId,
      expectedSeq: control.seq,
      control: "removed",
      event: "removed",
      audit,
    });
  }

  /** Votes per option and participants, as `[[…], n]`. */
  async tally(pollId: PollId): Promise<[readonly number[], number]> {
    const { tally } = await this.read(pollId);
    return [tally.votes, tally.participantCount];
  }

  async choiceOf(pollId: PollId, voter: VoterId): Promise<Choice | null> {
    const [choice] = await this.store.choicesOf(pollId, [voter]);
    return choice ?? null;
  }
}

/** The refusal of an outcome, which must be one. */
export function refusalOf(outcome: CastOutcome): Refusal {
  if (outcome.kind !== "refused") throw new Error(`Expected a refusal: ${JSON.stringify(outcome)}`);
  return outcome.refusal;
}

/** Whether an accepted ballot was a repeat; fails for a ballot that was not accepted. */
export function repeated(outcome: CastOutcome): boolean {
  if (outcome.kind !== "accepted") throw new Error(`Expected an acceptance: ${JSON.stringify(outcome)}`);
  return outcome.repeated;
}
