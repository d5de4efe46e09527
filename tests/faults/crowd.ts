/** Voters who all vote and change their minds, again and again, each on a phone that does what the page does. */
import type { PollView } from "../../shared/messages.ts";
import { type Cast, newVisitor, Phone } from "../support/phone.ts";
import { type MadePoll, viewPoll } from "../support/poll-calls.ts";
import { waitFor } from "../support/wait-for.ts";

/** Phones that come at the same moment: a hall through one door. */
const ARRIVALS = 50;
/** A beat of the load (ms). */
const BEAT_MS = 20;
/** One in so many answers is the last that its voter waits for, once the crowd begins to leave off; down to a half. */
const LEAVE_OFF = 10;

export interface CrowdParts {
  /** The balancer's, or a node's. */
  readonly origin: string;
  readonly poll: MadePoll;
  readonly size: number;
  /** Ballots of the whole crowd. */
  readonly perSecond: number;
}

export class Crowd {
  readonly phones: readonly Phone[];
  readonly #options: readonly string[];
  readonly #perBeat: number;
  readonly #underWay = new Set<Phone>();
  /** Have voted for the last time: what they were told last has to hold. */
  readonly #content = new Set<Phone>();
  readonly #remembered: Cast[] = [];
  #leavingOff = false;
  #next = 0;
  #beat: NodeJS.Timeout | null = null;

  private constructor(phones: readonly Phone[], view: PollView, perSecond: number) {
    this.phones = phones;
    this.#options = view.poll.options.map(({ optionId }) => optionId);
    this.#perBeat = (perSecond * BEAT_MS) / 1000;
  }

  /** Returns when everybody has joined. */
  static async gather({ origin, poll, size, perSecond }: CrowdParts): Promise<Crowd> {
    const view = await viewPoll(origin, poll.pollId);
    const phones: Phone[] = [];
    while (phones.length < size) {
      const count = Math.min(ARRIVALS, size - phones.length);
      const visitors = await Promise.all(Array.from({ length: count }, () => newVisitor(origin)));
      const arrived = visitors.map((visitor) => new Phone({ origin, visitor, view }));
      phones.push(...arrived);
      await waitFor("a crowd to join", () => arrived.every((phone) => phone.isLive), 20_000);
    }
    return new Crowd(phones, view, perSecond);
  }

  get casts(): Cast[] {
    return [...this.#remembered, ...this.phones.flatMap((phone) => phone.casts)];
  }

  /** Ballots of voters who have left again. */
  remember(casts: Iterable<Cast>): void {
    for (const cast of casts) this.#remembered.push(cast);
  }

  /** No ballot is on its way. */
  get isQuiet(): boolean {
    return this.#underWay.size === 0;
  }

  /** Everybody in turn, as fast as the crowd is to vote; who still waits for an answer is passed over. */
  start(): void {
    let owed = 0;
    this.#beat = setInterval(() => {
      owed += this.#perBeat;
      for (; owed >= 1; owed--) this.#voteNext();
    }, BEAT_MS);
  }

  stop(): void {
    if (this.#beat) clearInterval(this.#beat);
    this.#beat = null;
  }

  /**
   * From now on some are content with what they have voted, each after an answer of its own: a newer ballot would hide
   * that this one was lost.
   */
  leaveOff(): void {
    this.#leavingOff = true;
  }

  /**
   * Of those who got their answer a moment ago, every other one is content with it: what the next thing that breaks may
   * take with it. Answers how many.
   */
  restRecent(withinMs: number): number {
    const since = performance.now() - withinMs;
    const recent = this.phones.filter((phone) => {
      const answer = phone.casts.at(-1)?.answer;
      return answer?.accepted && answer.at > since && !this.#content.has(phone);
    });
    const resting = recent.filter((_, index) => index % 2 === 0);
    for (const phone of resting) this.#content.add(phone);
    return resting.length;
  }

  /** Everybody votes again. */
  wakeUp(): void {
    this.#content.clear();
    this.#leavingOff = false;
  }

  /** Everybody who still votes casts one ballot. Returns when all are counted; rejects if that takes longer. */
  async castOnce(withinMs: number): Promise<void> {
    for (const phone of this.phones) if (!this.#content.has(phone)) this.#vote(phone);
    await waitFor("everybody's ballot to be counted", () => this.isQuiet, withinMs);
  }

  close(): void {
    this.stop();
    for (const phone of this.phones) phone.close();
  }

  #voteNext(): void {
    for (let tries = 0; tries < this.phones.length; tries++) {
      const phone = this.phones[this.#next++ % this.phones.length];
      if (!phone || this.#underWay.has(phone) || this.#content.has(phone)) continue;
      this.#vote(phone);
      return;
    }
  }

  #vote(phone: Phone): void {
    const option = this.#options[Math.floor(Math.random() * this.#options.length)] ?? "opt-1";
    this.#underWay.add(phone);
    void phone.cast(option).then(() => {
      this.#underWay.delete(phone);
      const mayLeave = this.#leavingOff && this.#content.size < this.phones.length / 2;
      if (mayLeave && Math.random() * LEAVE_OFF < 1) this.#content.add(phone);
    });
  }
}
