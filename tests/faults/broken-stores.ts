/** Stores that break one promise each, around one that keeps them all: what the checker has to find. */
import type { Ballot, CastOutcome } from "../../server/app/ballot.ts";
import type { Poll } from "../../server/app/poll.ts";
import type { PollStore } from "../../server/app/ports.ts";
import type { PollId } from "../../shared/ids.ts";

/** What a voter needs of a store, and a crash of it. */
export interface CrashingStore extends Pick<PollStore, "cast" | "read" | "choicesOf"> {
  /** What was not kept is gone; the store is there again. */
  crash(): Promise<void>;
}

/** Says yes before the ballot is kept. */
export class AcknowledgesEarly implements CrashingStore {
  readonly #store: PollStore;
  #unkept: Ballot[] = [];

  constructor(store: PollStore) {
    this.#store = store;
  }

  async cast(ballot: Ballot): Promise<CastOutcome> {
    if (this.#unkept.push(ballot) === 5) {
      const kept = this.#unkept.splice(0);
      await Promise.all(kept.map((waiting) => this.#store.cast(waiting)));
    }
    return { kind: "accepted", choice: ballot, durability: "embedded", repeated: false };
  }

  async crash(): Promise<void> {
    this.#unkept = [];
  }

  read: PollStore["read"] = (pollId) => this.#store.read(pollId);
  choicesOf: PollStore["choicesOf"] = (pollId, voters) => this.#store.choicesOf(pollId, voters);
}

/** Counts by adding: a ballot that comes twice counts twice. */
export class CountsRepeats implements CrashingStore {
  readonly #store: PollStore;
  readonly #added = new Map<PollId, number>();

  constructor(store: PollStore) {
    this.#store = store;
  }

  async cast(ballot: Ballot): Promise<CastOutcome> {
    const outcome = await this.#store.cast(ballot);
    const { pollId } = ballot;
    if (outcome.kind === "accepted" && outcome.repeated) {
      this.#added.set(pollId, (this.#added.get(pollId) ?? 0) + 1);
    }
    return outcome;
  }

  async read(pollId: PollId): Promise<Poll | null> {
    const poll = await this.#store.read(pollId);
    const [first = 0, ...rest] = poll?.tally.votes ?? [];
    return (
      poll && { ...poll, tally: { ...poll.tally, votes: [first + (this.#added.get(pollId) ?? 0), ...rest] } }
    );
  }

  async crash(): Promise<void> {}
  choicesOf: PollStore["choicesOf"] = (pollId, voters) => this.#store.choicesOf(pollId, voters);
}

/** Whatever comes last wins, whatever its revision. */
export class IgnoresRevisions implements CrashingStore {
  readonly #store: PollStore;
  #arrivals = 0;

  constructor(store: PollStore) {
    this.#store = store;
  }

  cast(ballot: Ballot): Promise<CastOutcome> {
    this.#arrivals += 1;
    return this.#store.cast({ ...ballot, revision: this.#arrivals });
  }

  async crash(): Promise<void> {}
  read: PollStore["read"] = (pollId) => this.#store.read(pollId);
  choicesOf: PollStore["choicesOf"] = (pollId, voters) => this.#store.choicesOf(pollId, voters);
}

/** Says no, and counts the ballot all the same. */
export class CountsRefused implements CrashingStore {
  readonly #store: PollStore;

  constructor(store: PollStore) {
    this.#store = store;
  }

  async cast(ballot: Ballot): Promise<CastOutcome> {
    const outcome = await this.#store.cast(ballot);
    if (outcome.kind === "refused")
      await this.#store.cast({ ...ballot, revision: 2 ** 40 + ballot.revision });
    return outcome;
  }

  async crash(): Promise<void> {}
  read: PollStore["read"] = (pollId) => this.#store.read(pollId);
  choicesOf: PollStore["choicesOf"] = (pollId, voters) => this.#store.choicesOf(pollId, voters);
}
