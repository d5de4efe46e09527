import type { PollId } from "../../../shared/ids.ts";
import { repeat } from "../../app/repeat.ts";
import type { Ledger, OpenMark } from "./ledger.ts";
import { BEAT_EVERY_MS, BEAT_LAPSE_MS, BEAT_VALID_MS } from "./timing.ts";

export interface MarksPorts {
  readonly ledger: Pick<Ledger, "beat" | "beats" | "bury" | "putMark" | "deleteMark">;
  /** This node's name. */
  readonly node: string;
  /** Whether something that was put under the poll's mark is still to be brought to Redis. */
  readonly isOwing: (pollId: PollId) => boolean;
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** A mark that nothing needs any more stays this long (ms): the next ballot of a trickle finds it standing. */
const LINGER_MS = 2_000;

/** One run of beats. A run that others took for dead can beat no more, and its marks are theirs. */
interface Run {
  readonly name: string;
  /** Of the last beat that was confirmed; monotonic ms. */
  sentAt: number;
  beaten: boolean;
}

/** This node's mark on one poll. */
interface Place {
  /** As far as the ledger is known to have it. */
  mark: { readonly run: Run; readonly name: string } | null;
  placing: Promise<void> | null;
  /** Puts under way; while there are any the mark stays. */
  busy: number;
  lastUsedAt: number;
}

/**
 * The marks of this node: it says that it puts what Redis may lack before it does, and takes that back only when Redis
 * has all of it. A mark whose node is dead asks for a rebuild.
 */
export class Marks {
  readonly #ports: MarksPorts;
  readonly #places = new Map<PollId, Place>();
  readonly #toRelease: OpenMark[] = [];
  readonly #seen = new Map<string, { readonly beat: number; readonly since: number }>();
  #run: Run | null = null;
  #beating: Promise<void> | null = null;
  #count = 0;
  readonly #stop: () => void;

  constructor(ports: MarksPorts) {
    this.#ports = ports;
    this.#stop = repeat(
      () => BEAT_EVERY_MS,
      () => this.#keep(),
      // An outage of the ledger, told of by whoever wanted something of it: a mark that cannot beat is not used.
      () => {},
    );
  }

  /** How many polls are marked by this node. */
  get size(): number {
    return this.#places.size;
  }

  /** Runs a put under the mark: valid when it is sent, and again before anybody hears of it. */
  async under<Answer>(pollId: PollId, put: () => Promise<Answer>): Promise<Answer> {
    const place = this.#placeOf(pollId);
    place.busy += 1;
    try {
      await this.#announce(pollId, place);
      const answer = await put();
      await this.#announce(pollId, place);
      return answer;
    } finally {
      place.busy -= 1;
      place.lastUsedAt = performance.now();
    }
  }

  /** Those of the marks whose run is dead: its beat stood still for too long, by this node's clock, or is gone. */
  async dead(marks: readonly OpenMark[]): Promise<readonly OpenMark[]> {
    const own = this.#run?.name;
    const foreign = marks.filter(({ mark }) => runOf(mark) !== own);
    const runs = [...new Set(foreign.map(({ mark }) => runOf(mark)))];
    for (const run of this.#seen.keys()) if (!runs.includes(run)) this.#seen.delete(run);
    if (runs.length === 0) return [];
    const beats = await this.#ports.ledger.beats(runs);
    const now = performance.now();
    const lapsed = new Set(runs.filter((run) => this.#hasLapsed(run, beats.get(run), now)));
    return foreign.filter(({ mark }) => lapsed.has(runOf(mark)));
  }

  /** Makes sure that dead runs stay dead: they can beat no more. Answers the marks of those that are. */
  async bury(dead: readonly OpenMark[]): Promise<readonly OpenMark[]> {
    // Judged some time ago, maybe: a run that has beaten since is not dead any more.
    const runs = [...new Set(dead.map(({ mark }) => runOf(mark)))].filter((run) => !this.#hasBeaten(run));
    const buried = await Promise.all(
      runs.map((run) => this.#ports.ledger.bury(run, this.#seen.get(run)?.beat ?? null)),
    );
    const gone = new Set(runs.filter((_, index) => buried[index]));
    return dead.filter(({ mark }) => gone.has(runOf(mark)));
  }

  /** Takes back what nothing needs any more, and beats no longer. */
  async close(): Promise<void> {
    this.#stop();
    this.#release(Number.POSITIVE_INFINITY);
    await this.#takeBack().catch((trouble) => this.#ports.onTrouble("take a mark back", trouble));
  }

  #hasLapsed(run: string, beat: number | undefined, now: number): boolean {
    if (beat === undefined) {
      // Somebody has buried it already.
      this.#seen.delete(run);
      return true;
    }
    const seen = this.#seen.get(run);
    if (seen?.beat === beat) return now - seen.since >= BEAT_LAPSE_MS;
    this.#seen.set(run, { beat, since: now });
    return false;
  }

  #hasBeaten(run: string): boolean {
    const seen = this.#seen.get(run);
    return seen !== undefined && performance.now() - seen.since < BEAT_LAPSE_MS;
  }

  #placeOf(pollId: PollId): Place {
    const place = this.#places.get(pollId) ?? { mark: null, placing: null, busy: 0, lastUsedAt: 0 };
    this.#places.set(pollId, place);
    return place;
  }

  /** Returns when the ledger has the mark and nobody takes this node for dead. */
  async #announce(pollId: PollId, place: Place): Promise<void> {
    for (;;) {
      const run = this.#current();
      const beats = run.beaten && performance.now() - run.sentAt <= BEAT_VALID_MS;
      if (beats && place.mark?.run === run) return;
      if (!beats) await this.#beat();
      else {
        place.placing ??= this.#place(pollId, place, run).finally(() => {
          place.placing = null;
        });
        await place.placing;
      }
    }
  }

  #current(): Run {
    if (this.#run) return this.#run;
    const name = `${this.#ports.node}.${crypto.randomUUID().slice(0, 8)}`;
    this.#run = { name, sentAt: Number.NEGATIVE_INFINITY, beaten: false };
    return this.#run;
  }

  async #place(pollId: PollId, place: Place, run: Run): Promise<void> {
    this.#count += 1;
    const mark = { pollId, mark: `${run.name}/${this.#count}` };
    try {
      await this.#ports.ledger.putMark(mark);
    } catch (outage) {
      // It may be there all the same.
      this.#toRelease.push(mark);
      throw outage;
    }
    if (this.#run === run) place.mark = { run, name: mark.mark };
  }

  #beat(): Promise<void> {
    this.#beating ??= this.#beatOnce().finally(() => {
      this.#beating = null;
    });
    return this.#beating;
  }

  async #beatOnce(): Promise<void> {
    const run = this.#current();
    const sentAt = performance.now();
    const lives = await this.#ports.ledger.beat(run.name, !run.beaten);
    if (this.#run !== run) return;
    if (!lives) {
      // Taken for dead. What this node still owes it owes under a new mark.
      this.#run = null;
      return;
    }
    run.beaten = true;
    run.sentAt = sentAt;
  }

  async #keep(): Promise<void> {
    if (this.#run && this.#places.size > 0) await this.#beat();
    this.#release(performance.now());
    await this.#takeBack();
    if (this.#places.size === 0 && this.#toRelease.length === 0) this.#run = null;
  }

  /** A mark that was taken back is never used again: its deletion may arrive late. */
  #release(now: number): void {
    for (const [pollId, place] of this.#places) {
      if (place.busy > 0 || now - place.lastUsedAt < LINGER_MS || this.#ports.isOwing(pollId)) continue;
      this.#places.delete(pollId);
      if (place.mark?.run === this.#run && place.mark)
        this.#toRelease.push({ pollId, mark: place.mark.name });
    }
  }

  async #takeBack(): Promise<void> {
    while (this.#toRelease.length > 0) {
      const released = this.#toRelease.slice(0, 25);
      await Promise.all(released.map((mark) => this.#ports.ledger.deleteMark(mark)));
      this.#toRelease.splice(0, released.length);
    }
  }
}

function runOf(mark: string): string {
  return mark.slice(0, mark.lastIndexOf("/"));
}
