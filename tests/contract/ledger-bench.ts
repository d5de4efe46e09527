import { afterEach, beforeEach } from "bun:test";
import type { RegisteredBallot } from "../../server/app/register.ts";
import type { Ledger, Meta } from "../../server/store/tiers/ledger.ts";
import type { PollId, VoterId } from "../../shared/ids.ts";
import {
  auditOf,
  type DefinitionParts,
  definitionOf,
  newVoter,
  openControl,
  type SteppableClock,
  steppableClock,
} from "../support/fixtures.ts";

/** Gives a ledger that goes by this clock; all of them are over the same record, as those of several nodes. */
export type OpenLedger = (clock: SteppableClock) => Ledger;

/** Callers at the same time, in the tests where only one of them may win. */
export const CALLERS = 12;

/** What each test of the contract has: ledgers of two nodes, and polls that are there. */
export class LedgerBench {
  clock = steppableClock(Date.now());
  readonly #open: () => OpenLedger;
  #ledgers: readonly [Ledger, Ledger] | null = null;

  constructor(open: () => OpenLedger) {
    this.#open = open;
    beforeEach(() => {
      this.clock = steppableClock(Date.now());
      this.#ledgers = [this.#open()(this.clock), this.#open()(this.clock)];
    });
    afterEach(async () => {
      for (const ledger of this.#ledgers ?? []) await ledger.close();
    });
  }

  get ledger(): Ledger {
    return this.#both[0];
  }

  /** Of another node. */
  get other(): Ledger {
    return this.#both[1];
  }

  /** So many callers, every other one of them at another node. */
  race<Answer>(call: (ledger: Ledger, caller: number) => Promise<Answer>): Promise<Answer[]> {
    return Promise.all(
      Array.from({ length: CALLERS }, (_, caller) => call(this.#both[caller % 2 ? 1 : 0], caller)),
    );
  }

  /** A poll that was opened just now. */
  async open(parts: DefinitionParts = {}): Promise<Meta> {
    const definition = definitionOf({ createdAt: this.clock.now(), ...parts });
    const control = openControl(definition, this.clock.now());
    await this.ledger.create({ definition, control, inRedis: false }, auditOf("created"));
    return this.meta(definition.pollId);
  }

  async meta(pollId: PollId): Promise<Meta> {
    const meta = await this.ledger.meta(pollId);
    if (meta === null || meta === "removed") throw new Error("there is no such poll");
    return meta;
  }

  remove({ definition, control }: Meta): Promise<"done" | "conflict" | "absent"> {
    const { pollId } = definition;
    const step = { id: crypto.randomUUID(), pollId, expectedSeq: control.seq };
    return this.ledger.steer({ ...step, control: "removed", audit: auditOf("removed") });
  }

  /** Every ballot of the poll, by its voter. */
  async ballots(meta: Meta): Promise<Map<VoterId, RegisteredBallot>> {
    const shards = Array.from({ length: meta.shards }, (_, shard) => this.ledger.ballots(meta, shard));
    const all = (await Promise.all(shards)).flat();
    return new Map(all.map((ballot) => [ballot.voter, ballot]));
  }

  get #both(): readonly [Ledger, Ledger] {
    if (!this.#ledgers) throw new Error("only within a test");
    return this.#ledgers;
  }
}

export function registered(revision = 1, choice = "opt-1", voter = newVoter()): RegisteredBallot {
  return { voter, revision, choice };
}
