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
  /** A ballot past Redis is judged by the voter's own item alone. */
  readonly judgesWithoutPacks?: true;
  /** A repeat past Redis is acknowledged for a ballot that only this node's memory has. */
  readonly vouchesForMemory?: true;
  /** A put past Redis of which nobody knows what became is given up. */
  readonly forgetsUnknownPuts?: true;
  /** A put that finds its own ballot there takes it for somebody else's, who will tell Redis. */
  readonly disownsEarlierPut?: true;
  /** What is drained from an outbox is appended without a mark: Redis has it, or it would not list it. */
  readonly appendsUnmarked?: true;
  /** An entry that is not in the outbox any more was drained by somebody. */
  readonly drainsUnknownEntries?: true;
  /** What is drained from an outbox is not kept until the ledger has answered: the outbox still has it. */
  readonly drainsUnkept?: true;
  /** Entries of the outbox are known by what their master calls them. */
  readonly numbersEntries?: true;
  /** A node that starts again counts its packs from one again. */
  readonly reusesPackNames?: true;
  /** Whoever loses the token while settling takes another one and goes on where he was. */
  readonly settlesHalf?: true;
  /** The token of a rebuild is what its caller says, so that a late copy of `begin` gives it out again. */
  readonly tokensOfTheCaller?: true;
  /** A ballot of the ledger is merged while the final result is being set. */
  readonly mergesWhileSettling?: true;
  /** A poll that was created past Redis is brought to it without a word in META. */
  readonly beginsUnnoted?: true;
  /** A step of the host that is sent again is judged again. */
  readonly stepsWithoutId?: true;
}

export const SOUND: Variant = {};

/** What each break leads to, and where to look for it. */
export interface Broken {
  /** Any of these rules, as the checker names them. */
  readonly breaks: readonly ("V1" | "V2" | "V3" | "V4" | "V5" | "V6" | "B3" | "C2")[];
  readonly focus: Focus;
}

const UNRELIABLE = { unreliability: 0.3, veryLate: true };
/** Outboxes whose nodes are dead, and Redis that is wiped while others drain them. */
const OUTBOX_WIPED: Focus = {
  faults: ["wipeAtDrain", "crash"],
  ending: "stays open",
  drainEveryMs: 6_000,
  partsTakeMs: 10,
};

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
    focus: { faults: ["redisAwayForLong", "crash"], ending: "host", drainEveryMs: 6_000 },
  },
  noPatience: { breaks: ["V2"], focus: { faults: ["wipe", "cutFromLedger"], ending: "host" } },
  noLease: { breaks: ["V2"], focus: { faults: ["cutFromRedis", "pause"], ending: "host" } },
  noRoll: {
    breaks: ["V4", "V2"],
    focus: {
      faults: ["losePut", "pauseInDuty", "redisAway"],
      ending: "host",
      drainEveryMs: 2_000,
      network: UNRELIABLE,
    },
  },
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
  readsMetaFirst: { breaks: ["V6"], focus: { faults: ["wipe", "pauseBeforeBegin"], busyHost: true } },
  controlOnlyInRedis: { breaks: ["V6"], focus: {} },
  judgesWithoutPacks: { breaks: ["B3"], focus: { faults: ["redisAway"] } },
  vouchesForMemory: {
    breaks: ["V2"],
    focus: {
      faults: ["lag", "cutFromRedis", "crashAll", "wipe"],
      drainEveryMs: 6_000,
      network: { unreliability: 0.2 },
    },
  },
  forgetsUnknownPuts: {
    breaks: ["V4"],
    focus: { faults: ["losePut", "cutFromRedis"], ending: "stays open" },
  },
  disownsEarlierPut: {
    breaks: ["V4"],
    focus: { faults: ["cutFromRedis"], ending: "stays open", network: UNRELIABLE },
  },
  appendsUnmarked: { breaks: ["V4"], focus: OUTBOX_WIPED },
  drainsUnknownEntries: { breaks: ["V4"], focus: { faults: ["wipe"], ending: "stays open" } },
  drainsUnkept: { breaks: ["V4"], focus: OUTBOX_WIPED },
  numbersEntries: { breaks: ["V2"], focus: { faults: ["lagThenKill"] } },
  reusesPackNames: { breaks: ["V2"], focus: { faults: ["crash"] } },
  settlesHalf: {
    breaks: ["V4"],
    focus: { faults: ["wipe", "restartMaster"], ending: "host", partsTakeMs: 1_000 },
  },
  tokensOfTheCaller: { breaks: ["V4"], focus: { faults: ["wipe", "wipeAfterBegin"], partsTakeMs: 2_500 } },
  mergesWhileSettling: {
    breaks: ["V4"],
    focus: {
      faults: ["losePut", "pauseInDuty", "redisAway"],
      ending: "host",
      drainEveryMs: 600,
      partsTakeMs: 2_800,
    },
  },
  beginsUnnoted: { breaks: ["V2", "V6"], focus: { bornPastRedis: true, ending: "host" } },
  stepsWithoutId: { breaks: ["C2"], focus: { network: UNRELIABLE, busyHost: true } },
} satisfies Record<keyof Variant, Broken>;
