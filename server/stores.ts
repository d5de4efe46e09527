import type { PollId } from "../shared/ids.ts";
import type { OpsReport } from "../shared/ops-report.ts";
import type { PollBus, PollStore } from "./app/ports.ts";
import type { RoomBus, RoomStore } from "./app/room-ports.ts";
import type { AccountStore, SessionStore } from "./app/session-ports.ts";

/** What a node keeps its polls and rooms in, and how news of them travels. */
export interface Stores {
  readonly polls: PollStore;
  readonly bus: PollBus;
  readonly rooms: RoomStore;
  readonly roomBus: RoomBus;
  /** `null`: there is no database to keep them in, so nobody can sign in. */
  readonly sessions: SessionStore | null;
  readonly accounts: AccountStore | null;
  /** The first signs cookies, all verify. */
  readonly secrets: readonly string[];
  /** Deletes ballots of polls closed before a time (epoch ms) and returns how many polls; nothing where they expire. */
  readonly forgetBallots: (closedBefore: number) => Promise<number>;
  /** How the stores are at this moment. */
  readonly ops: () => OpsReport;
  /** Name in that report of the shard that a poll is on; `null`: there are none, or it is not known. */
  readonly shardOf: (pollId: PollId) => string | null;
  /** Finishes what was begun and lets go. */
  readonly close: () => Promise<void>;
}
