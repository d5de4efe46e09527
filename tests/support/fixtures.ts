/** Builders: a whole, valid thing with the parts that a test is about said by the test. */
import type { Ballot } from "../../server/app/ballot.ts";
import {
  draftControl,
  type Poll,
  type PollControl,
  type PollDefinition,
  type Tally,
} from "../../server/app/poll.ts";
import type { AuditEntry, Clock } from "../../server/app/ports.ts";
import { newPollId, type OptionId, optionIdAt, type PollId, type VoterId } from "../../shared/ids.ts";
import type { PollKind, PollSettings } from "../../shared/messages.ts";

/** Noon of a day in 2026: a round number to read in a failure. Epoch ms. */
export const NOON = Date.UTC(2026, 5, 1, 12);

/** A clock that stands still until a test moves it, also backwards. */
export interface SteppableClock {
  readonly now: Clock;
  step(ms: number): void;
}

export function steppableClock(start = NOON): SteppableClock {
  let time = start;
  return {
    now: () => time,
    step: (ms) => {
      time += ms;
    },
  };
}

export interface DefinitionParts extends Partial<Omit<PollDefinition, "options" | "settings">> {
  /** How many; 3 unless said. */
  readonly optionCount?: number;
  readonly settings?: Partial<PollSettings>;
}

/** A poll's text under a code of its own: three options, one choice, no changing, live results, one minute. */
export function definitionOf({ optionCount = 3, settings, ...parts }: DefinitionParts = {}): PollDefinition {
  return {
    pollId: newPollId(),
    question: "Tea or coffee?",
    kind: "single" satisfies PollKind,
    options: Array.from({ length: optionCount }, (_, index) => ({
      optionId: optionIdAt(index),
      label: `Option ${index + 1}`,
    })),
    settings: { allowChange: false, resultsVisibility: "live", durability: "replicated", ...settings },
    durationSeconds: 60,
    hostKeyHash: "0".repeat(64),
    createdAt: NOON,
    ...parts,
  };
}

/** The control of a poll that was opened at `openedAt` (epoch ms) for its full duration. */
export function openControl(definition: PollDefinition, openedAt = NOON): PollControl {
  return {
    ...draftControl(definition.settings),
    status: "open",
    openedAt,
    closesAt: openedAt + definition.durationSeconds * 1000,
    seq: 2,
  };
}

/** The control that follows `control` when the host closes the poll at `closedAt` (epoch ms). */
export function closedControl(control: PollControl, closedAt = NOON): PollControl {
  return { ...control, status: "closed", closedAt, seq: control.seq + 1 };
}

/** A poll with these votes, final where it is closed; every vote is another participant's unless said. */
export function pollOf(
  definition: PollDefinition,
  control: PollControl,
  votes: readonly number[] = definition.options.map(() => 0),
  tally: Partial<Tally> = {},
): Poll {
  const participantCount = votes.reduce((sum, count) => sum + count, 0);
  const final = control.status === "closed";
  return {
    definition,
    control,
    tally: { epoch: 1, version: 1, votes, participantCount, viewerCount: 0, joinedCount: 0, final, ...tally },
  };
}

/** `options(2, 3)` are the ids of the second and third option. */
export function options(...numbers: number[]): OptionId[] {
  return numbers.map((number) => optionIdAt(number - 1));
}

/** A voter nobody else is, shaped like the real ones. */
export function newVoter(): VoterId {
  return crypto.randomUUID() as VoterId;
}

/** `ballotOf(pollId, voter, [2])` chooses the second option. */
export function ballotOf(pollId: PollId, voter: VoterId, numbers: readonly number[], revision = 1): Ballot {
  return { pollId, voter, optionIds: options(...numbers), revision };
}

export function auditOf(action: AuditEntry["action"], at = NOON): AuditEntry {
  return { at, action, by: "host" };
}
