/**
 * The voter's ballot on its way: kept in this browser and sent again, with the same revision, over every reconnect and
 * restart of browser or server, until the server has it for good or refuses it for good.
 */
import type { ClientFrame, ServerMessage } from "../shared/messages.ts";
import type { RefusalCode } from "../shared/refusals.ts";
import type { Ballot } from "./poll-state.ts";
import { ballotFrameId } from "./reduce-frame.ts";
import type { PollEvent } from "./reduce-poll.ts";
import { keep, recall } from "./safe-storage.ts";
import type { Cancel, Timer } from "./timer.ts";

/** A ballot without an answer is sent again after this (ms). */
const ANSWER_MS = 10_000;
/** Where a refusal says "later" without saying when (ms). */
const LATER_MS = 2_000;
/** Times a missing voter cookie is fetched for one ballot before believing that this browser keeps none. */
const MAX_RENEWALS = 3;

export interface UnsentBallotPorts {
  readonly pollId: string;
  readonly timer: Timer;
  /** Sends the frame if connected and joined; `false` if not. */
  readonly send: (frame: ClientFrame) => boolean;
  readonly renewVoter: () => void;
  readonly onEvent: (event: Extract<PollEvent, { type: "sent" | "kept" }>) => void;
  /** Refused for good; `NO_VOTER`: this browser keeps no cookies. */
  readonly onRefused: (ballot: Ballot, code: RefusalCode) => void;
}

interface Kept extends Ballot {
  /** Still to be sent (again). A settled one is remembered for its revision alone. */
  readonly unsent: boolean;
}

export class UnsentBallot {
  readonly #ports: UnsentBallotPorts;
  readonly #key: string;
  #ballot: Ballot | null = null;
  #renewals = 0;
  #cancelResend: Cancel = () => {};

  constructor(ports: UnsentBallotPorts) {
    this.#ports = ports;
    this.#key = `pollcast:ballot:${ports.pollId}`;
  }

  /** Takes up a ballot that an earlier visit could not send. */
  resume(): void {
    const kept = this.#recall();
    if (!kept?.unsent) return;
    this.#ballot = kept;
    this.#deliver();
  }

  /** Casts a choice; it replaces one that is still under way. */
  cast(optionIds: readonly string[]): void {
    const last = Math.max(this.#recall()?.revision ?? 0, this.#ballot?.revision ?? 0);
    this.#ballot = { optionIds, revision: Math.max(last + 1, this.#ports.timer.now()) };
    this.#renewals = 0;
    this.#keep({ ...this.#ballot, unsent: true });
    this.#deliver();
  }

  /** The connection came or went. */
  connectionChanged(live: boolean): void {
    if (live) {
      this.#deliver();
    } else {
      this.#cancelResend();
      this.#tell("kept");
    }
  }

  /** Reads the answer to the ballot under way; everything else is not its business. */
  answered({ type, data, id }: ServerMessage): void {
    const ballot = this.#ballot;
    if (!ballot) return;
    if (type === "VOTE_ACCEPTED" && data.pollId === this.#ports.pollId && data.revision >= ballot.revision) {
      this.#settle();
    } else if (type === "VOTE_PENDING" && data.revision === ballot.revision) {
      this.#resendAfter(data.retryAfterMs);
    } else if (type === "ERROR" && id === ballotFrameId(ballot.revision)) {
      this.#refused(ballot, data);
    }
  }

  #refused(ballot: Ballot, { code, retryAfterMs }: Extract<ServerMessage, { type: "ERROR" }>["data"]): void {
    if (code === "RATE_LIMITED" || code === "UNAVAILABLE") {
      this.#resendAfter(retryAfterMs ?? LATER_MS);
    } else if (code === "NO_VOTER" && ++this.#renewals <= MAX_RENEWALS) {
      this.#ports.renewVoter();
    } else {
      this.#settle();
      this.#ports.onRefused(ballot, code);
    }
  }

  #deliver(): void {
    if (this.#ballot) this.#tell(this.#transmit() ? "sent" : "kept");
  }

  /** `false` if not connected; then the next connection delivers it. */
  #transmit(): boolean {
    const ballot = this.#ballot;
    if (!ballot) return false;
    const { optionIds, revision } = ballot;
    const data = { pollId: this.#ports.pollId, optionIds: [...optionIds], revision };
    const sent = this.#ports.send({ type: "CAST_VOTE", data, id: ballotFrameId(revision) });
    this.#cancelResend();
    if (sent) this.#resendAfter(ANSWER_MS);
    return sent;
  }

  #tell(type: "sent" | "kept"): void {
    if (this.#ballot) this.#ports.onEvent({ type, ballot: this.#ballot });
  }

  /** Repeats in silence: the page goes on saying what it said. */
  #resendAfter(ms: number): void {
    this.#cancelResend();
    this.#cancelResend = this.#ports.timer.after(ms, () => this.#transmit());
  }

  #settle(): void {
    this.#cancelResend();
    const ballot = this.#ballot;
    this.#ballot = null;
    // Another tab may have kept a newer one meanwhile; that one is not settled by this answer.
    if (ballot && (this.#recall()?.revision ?? 0) <= ballot.revision)
      this.#keep({ ...ballot, unsent: false });
  }

  #keep(kept: Kept): void {
    keep(this.#key, JSON.stringify(kept));
  }

  /** Storage is the user's to edit: what does not look like a ballot is not one. */
  #recall(): Kept | null {
    try {
      const kept = JSON.parse(recall(this.#key) ?? "null");
      return Array.isArray(kept?.optionIds) && Number.isSafeInteger(kept.revision) ? kept : null;
    } catch {
      return null;
    }
  }
}
