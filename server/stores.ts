import type { OpsReport } from "../shared/ops-report.ts";
import type { PollBus, PollStore } from "./app/ports.ts";
import type { AccountStore, SessionStore } from "./app/session-ports.ts";

/** What a node keeps its polls in, and how news of them travels. */
export interface Stores {
  readonly polls: PollStore;
  readonly bus: PollBus;
  /** `null`: there is no database to keep them in, so nobody can sign in. */
  readonly sessions: SessionStore | null;
  readonly accounts: AccountStore | null;
  /** The first signs cookies, all verify. */
  readonly secrets: readonly string[];
  /** Deletes ballots of polls closed before a time (epoch ms) and returns how many polls; nothing where they expire. */
  readonly forgetBallots: (closedBefore: number) => Promise<number>;
  /** How the stores are at this moment. */
  readonly ops: () => OpsReport;
  /** Finishes what was begun and lets go. */
  readonly close: () => Promise<void>;
}
