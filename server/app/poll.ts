/** What a poll is, and the pure rules of its life: draft, open for a time, closed. No clock, no store. */
import type { OptionId, PollId, RoomId } from "../../shared/ids.ts";
import { GRACE_MS, MAX_DURATION_SECONDS } from "../../shared/limits.ts";
import type { PollKind, PollSettings, SystemEvent, Visibility } from "../../shared/messages.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";

export interface PollOption {
  readonly optionId: OptionId;
  readonly label: string;
}

/** What the host wrote. A draft's definition may be rewritten; once open it never changes, so nodes may cache it. */
export interface PollDefinition {
  readonly pollId: PollId;
  readonly question: string;
  readonly kind: PollKind;
  readonly options: readonly PollOption[];
  readonly settings: PollSettings;
  readonly durationSeconds: number;
  /** SHA-256 of the host key, hex. The key itself is known only to the host. In a room it is the room's. */
  readonly hostKeyHash: string;
  /** The room it is asked in. */
  readonly roomId?: RoomId;
  /** The poll that asked the same before. */
  readonly previousId?: PollId;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** What the host and the clock made of it. Changes one `seq` at a time, compare-and-set. */
export interface PollControl {
  readonly status: "draft" | "open" | "closed";
  /** Epoch ms; all three `null` until they happen or are set by opening. */
  readonly openedAt: number | null;
  readonly closesAt: number | null;
  readonly closedAt: number | null;
  readonly visibility: Visibility;
  readonly seq: number;
}

/** The count. `epoch` and `version` are compared as a pair; what is not newer is dropped. */
export interface Tally {
  readonly epoch: number;
  readonly version: number;
  /** Votes per option, in the order of the definition's options. */
  readonly votes: readonly number[];
  readonly participantCount: number;
  readonly viewerCount: number;
  /** Browsers that have taken a seat at some time; 0 where the store does not know. See `resultsUpdate`. */
  readonly joinedCount: number;
  /** Nothing will change these votes any more. With a ledger that is later than `closed`: until then it is counting. */
  readonly final: boolean;
}

export interface Poll {
  readonly definition: PollDefinition;
  readonly control: PollControl;
  readonly tally: Tally;
}

/** One step of steering a poll: by its host, or `expire` by the clock. */
export type Steering =
  | { readonly action: "open" | "close" | "hide" | "reveal" | "expire" }
  | { readonly action: "extend"; readonly seconds: number };

export interface Steered {
  readonly control: PollControl;
  readonly event: SystemEvent;
}

/** A new poll's control: a draft that nobody has opened. */
export function draftControl(settings: PollSettings): PollControl {
  return {
    status: "draft",
    openedAt: null,
    closesAt: null,
    closedAt: null,
    visibility: settings.resultsVisibility,
    seq: 1,
  };
}

/**
 * Judges one step at `now` (epoch ms). Returns the next control, `"unchanged"` where the poll is already
 * as asked (so that a repeated click or a retry is harmless), or a refusal.
 */
export function steer(
  poll: Omit<Poll, "tally">,
  step: Steering,
  now: number,
): Steered | "unchanged" | Refusal {
  const { control, definition } = poll;
  const next = (change: Partial<PollControl>, event: SystemEvent): Steered => ({
    control: { ...control, ...change, seq: control.seq + 1 },
    event,
  });
  switch (step.action) {
    case "open":
      if (control.status === "open") return "unchanged";
      if (control.status === "closed") return closedRefusal(definition.pollId);
      return next(
        { status: "open", openedAt: now, closesAt: now + definition.durationSeconds * 1000 },
        "opened",
      );
    case "close":
      if (control.status === "closed") return "unchanged";
      if (control.status === "draft") return notOpenRefusal(definition.pollId);
      return next({ status: "closed", closedAt: now }, "closed");
    case "expire":
      if (!isDue(control, now)) return "unchanged";
      return next({ status: "closed", closedAt: control.closesAt }, "closed");
    case "extend":
      return extend(poll, step.seconds, next);
    case "hide":
      return control.visibility === "hidden" ? "unchanged" : next({ visibility: "hidden" }, "hidden");
    case "reveal":
      return control.visibility === "live" ? "unchanged" : next({ visibility: "live" }, "revealed");
  }
}

function extend(
  { control, definition }: Omit<Poll, "tally">,
  seconds: number,
  next: (change: Partial<PollControl>, event: SystemEvent) => Steered,
): Steered | Refusal {
  if (control.status === "closed") return closedRefusal(definition.pollId);
  if (control.openedAt === null || control.closesAt === null) return notOpenRefusal(definition.pollId);
  const closesAt = control.closesAt + seconds * 1000;
  if (closesAt - control.openedAt > MAX_DURATION_SECONDS * 1000) {
    return refuse("NOT_SUPPORTED", "A poll stays open for at most 30 days in all; extend it by less.", {
      pollId: definition.pollId,
    });
  }
  return next({ closesAt }, "extended");
}

/** Open, and its time and the grace for ballots in flight have passed. */
export function isDue(control: PollControl, now: number): boolean {
  return control.status === "open" && control.closesAt !== null && now >= control.closesAt + GRACE_MS;
}

/** Whether a ballot received at `now` may still count. */
export function takesBallots(control: PollControl, now: number): boolean {
  return control.status === "open" && !isDue(control, now);
}

export type Audience = "public" | "voted" | "host";

/** Whether this audience may see results now. What it may not see never reaches its wire. */
export function maySeeResults(control: PollControl, audience: Audience): boolean {
  if (audience === "host") return true;
  switch (control.visibility) {
    case "live":
      return true;
    case "hidden":
      return false;
    case "afterVote":
      return audience === "voted" || control.status === "closed";
    case "afterClose":
      return control.status === "closed";
  }
}

/** Whether `a` is newer than `b`, by (epoch, version). */
export function isNewer(a: Pick<Tally, "epoch" | "version">, b: Pick<Tally, "epoch" | "version">): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.version > b.version);
}

/**
 * The version after `previous`: microseconds of `now` (epoch ms), or two more where the clock did not move on. Two,
 * because what hides the results is told as one version less (see `resultsUpdate`) and must be newer than what was told
 * before. Stays below 2^53 until the year 2255.
 */
export function nextVersion(previous: number, now: number): number {
  return Math.max(previous + 2, Math.floor(now * 1000));
}

export function notFoundRefusal(pollId: string): Refusal {
  return refuse("POLL_NOT_FOUND", "There is no poll with this code. Check the 8 letters and digits.", {
    pollId,
  });
}

export function closedRefusal(pollId: string, yourVote?: readonly string[]): Refusal {
  return refuse("POLL_CLOSED", "This poll is closed.", { pollId, ...(yourVote && { yourVote }) });
}

export function notOpenRefusal(pollId: string): Refusal {
  return refuse("POLL_NOT_OPEN", "This poll has not been opened yet.", { pollId });
}
