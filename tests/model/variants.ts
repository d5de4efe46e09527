import type { Focus } from "./world.ts";

/** Ways to break the protocol, each of which once looked harmless. The model must object to every one. */
export interface Variant {
  /** The final result adds what was counted in Redis and what was counted past it. */
  readonly addsAcrossStores?: true;
  /** `replicated` is said without waiting for the replica. */
  readonly acknowledgesBeforeWait?: true;
  /** A repeat is answered at once: it was counted before, was it not? */
  readonly repeatsWithoutWait?: true;
  /** The ballot that arrives last wins, whatever its revision. */
  readonly noRevisionOrder?: true;
  /** Of two ballots with one revision the one that arrives first stands, in each store by itself. */
  readonly tiesByArrival?: true;
  /** The close neither fences Redis nor waits for leases. */
  readonly noFence?: true;
  /** The close goes on where Redis cannot be reached ("or Redis away", as the first draft had it). */
  readonly closesWithoutRedis?: true;
  /** The final result does not wait for the memory of nodes after Redis lost its own. */
  readonly noPatience?: true;
  /** An answer `ledger` needs no fresh look at META. */
  readonly noLease?: true;
  /** After the final result whatever stands in the ledger is taken for counted: there is no roll. */
  readonly noRoll?: true;
  /** Between the close and the final result, too, whatever stands in the ledger is the answer. */
  readonly answersBeforeFinal?: true;
  /** A node does not keep what it acknowledged until the ledger has it. */
  readonly forgetsAcknowledged?: true;
  /** … it keeps what it counted, but not what it only confirmed as a repeat. */
  readonly forgetsRepeats?: true;
  /** The script writes no outbox. */
  readonly noOutbox?: true;
  /** A warm state is warm, whichever master finds it. */
  readonly trustsAnyMaster?: true;
  /** A rebuild clears the marks of nodes that are still putting ballots past Redis. */
  readonly buriesTheLiving?: true;
  /** A node that sees Redis again takes its mark back before Redis has what it put past it. */
  readonly releasesEarly?: true;
  /** Ballots that Redis has counted, and epochs, are put into the ledger without a mark (as the first draft had it). */
  readonly marksOnlyWhatPassesRedis?: true;
  /** A rebuild goes on although its token is gone. */
  readonly noRebuildToken?: true;
  /** The rebuild reads META before it takes its token. */
  readonly readsMetaFirst?: true;
  /** Hide, reveal and remove are told to Redis alone. */
  readonly controlOnlyInRedis?: true;
}

export const SOUND: Variant = {};

/** What each break leads to, and where to look for it. */
export interface Broken {
  /** Any of these rules, as the checker names them. */
  readonly breaks: readonly ("V1" | "V2" | "V3" | "V4" | "V5" | "V6")[];
  readonly focus: Focus;
}

const UNRELIABLE = { unreliability: 0.2, veryLate: true };

export const BROKEN = {
  addsAcrossStores: { breaks: ["V1"], focus: {} },
  acknowledgesBeforeWait: { breaks: ["V2"], focus: { faults: ["lagThenKill", "crashAll"] } },
  repeatsWithoutWait: {
    breaks: ["V2"],
    focus: { faults: ["lagThenKill", "crashAll", "ledgerAway"], drainEveryMs: 4_000 },
  },
  noRevisionOrder: { breaks: ["V2"], focus: {} },
  tiesByArrival: { breaks: ["V2", "V4"], focus: {} },
  noFence: { breaks: ["V2"], focus: {} },
  closesWithoutRedis: {
    breaks: ["V2"],
    focus: { faults: ["redisAway", "crashAll"], ending: "host", drainEveryMs: 4_000 },
  },
  noPatience: { breaks: ["V2"], focus: { faults: ["wipe", "cutFromLedger"], ending: "host" } },
  noLease: { breaks: ["V2"], focus: { faults: ["cutFromRedis", "pause"], ending: "host" } },
  noRoll: { breaks: ["V4", "V2"], focus: { faults: ["redisAway"], ending: "host", network: UNRELIABLE } },
  answersBeforeFinal: { breaks: ["V5", "V2"], focus: { ending: "host" } },
  forgetsAcknowledged: { breaks: ["V2"], focus: { faults: ["wipe"] } },
  forgetsRepeats: { breaks: ["V2"], focus: { faults: ["wipe", "crash"] } },
  noOutbox: { breaks: ["V2"], focus: { faults: ["crash"] } },
  trustsAnyMaster: { breaks: ["V6"], focus: { faults: ["restartMaster", "lagThenKill"] } },
  buriesTheLiving: { breaks: ["V4"], focus: { faults: ["cutFromRedis", "crash"], ending: "stays open" } },
  releasesEarly: { breaks: ["V4"], focus: { faults: ["cutFromRedis", "crash"], ending: "stays open" } },
  marksOnlyWhatPassesRedis: {
    breaks: ["V4"],
    focus: { faults: ["wipe", "crash", "cutFromRedis"], ending: "stays open", drainEveryMs: 4_000 },
  },
  noRebuildToken: {
    breaks: ["V4", "V6"],
    focus: { faults: ["wipe", "lagThenKill", "freezeMaster"], busyHost: true },
  },
  readsMetaFirst: { breaks: ["V6"], focus: { faults: ["wipe", "pause"], busyHost: true } },
  controlOnlyInRedis: { breaks: ["V6"], focus: {} },
} satisfies Record<keyof Variant, Broken>;
