/** Plays a fault of the shape with the ledger, closes the polls, and holds what voters were told against what counts. */
import { steer } from "../support/poll-calls.ts";
import { keyOf } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import { converged, countedIn, finalTroubles, settledEverywhere } from "./compare-stores.ts";
import { judgeCasts } from "./judge-casts.ts";
import { type LedgerFigures, ledgerFigures, type Moments, type PlayedTroupe } from "./ledger-figures.ts";
import {
  type LedgerStage,
  type LedgerStageParts,
  type SetStage,
  setLedgerStage,
  type Troupe,
  votesGoOnIn,
} from "./ledger-stage.ts";
import { auditTally, harmTo, logTroubles } from "./unharmed.ts";

/** What is promised: votes go on, and after healing everybody shows what is true (ms). */
export const ENGAGED_MS = 2_000;
export const CONVERGED_MS = 5_000;
/** Waited for a state that a figure tells about (ms): many times what is promised. */
const PATIENCE_MS = 30_000;
/** Who is content with a ballot when it breaks was answered within the last second: what is lost is usually that. */
const RECENT_MS = 1_000;
/** A poll that lost its state shortly before the close waits 15 s for what nodes may still have. */
const FINAL_MS = 45_000;

/** A fault and what it needs. */
export interface LedgerFault extends LedgerStageParts {
  readonly name: string;
  /** Returns when it is healed. */
  readonly play: (stage: LedgerStage) => Promise<void>;
  /** Done before anybody votes. */
  readonly prepare?: (stage: Pick<LedgerStage, "cluster" | "key" | "master" | "replica">) => Promise<void>;
  /** How often something breaks: once unless said. */
  readonly times?: number;
  /** Nodes that it takes away for good. */
  readonly nodesLost?: number;
  /** Promised for the time from healed until everybody shows what is true (ms); `CONVERGED_MS` unless said. */
  readonly convergesMs?: number;
  /** What is acknowledged as this may be lost in this fault: it is reported, and nothing is promised. */
  readonly notPromised?: readonly string[];
}

export interface LedgerReport {
  readonly figures: LedgerFigures;
  /** What must never happen, in words. */
  readonly troubles: readonly string[];
  /** What the fault noted. */
  readonly notes: Readonly<Record<string, number>>;
}

export async function playLedgerFault(fault: LedgerFault): Promise<LedgerReport> {
  const { figures, ...report } = await playLedgerFaults([fault], fault);
  const [only] = figures;
  if (!only) throw new Error("The fault was not played.");
  return { ...report, figures: only };
}

/**
 * Plays one fault after the other, each from a whole system, closes the polls and judges. Throws where something does not
 * come to an end; what is wrong with the end itself is in the report. What is lost in the end cannot be told by fault.
 */
export async function playLedgerFaults(
  faults: readonly LedgerFault[],
  parts: LedgerStageParts,
): Promise<Omit<LedgerReport, "figures"> & { readonly figures: readonly LedgerFigures[] }> {
  await using set = await setLedgerStage({ ...parts, roads: faults.some(({ roads }) => roads) });
  const { cluster, troupes } = set;
  const pids = cluster.nodes.map(({ pid }) => pid);
  const polls = troupes.map(({ poll }) => poll);
  const crowds = troupes.map(({ crowd }) => crowd);
  const audit = auditTally(cluster, polls);
  try {
    const notes: Record<string, number> = {};
    const moments: Broken[] = [];
    for (const fault of faults) moments.push(await breakAndHeal(fault, set, notes));
    const { played, ...closed } = await closeAll(set);
    const notPromised = faults.flatMap((fault) => fault.notPromised ?? []);
    const times = faults.reduce((sum, fault) => sum + (fault.times ?? 1), 0);
    const nodesLost = faults.reduce((sum, fault) => sum + (fault.nodesLost ?? 0), 0);
    const troubles = [
      ...(await audit.stop()),
      ...harmTo(crowds, cluster, pids, nodesLost),
      ...logTroubles(cluster, polls, crowds, times),
      ...played.flatMap((troupe) => troublesOf(troupe, notPromised)),
    ];
    const figures = faults.map(({ name }, index) =>
      ledgerFigures(name, played, { ...spanOf(moments, index), ...closed }, notPromised),
    );
    return { figures, troubles, notes };
  } finally {
    await audit.stop();
  }
}

async function breakAndHeal(fault: LedgerFault, set: SetStage, notes: Record<string, number>) {
  const { cluster, ledger, troupes } = set;
  const [hot, safe, calm] = troupes;
  const { poll, crowd } = hot;
  const key = keyOf(poll);
  const master = await cluster.redis.masterOf(key);
  const replica = await cluster.redis.replicaOf(master);
  await fault.prepare?.({ cluster, key, master, replica });
  for (const troupe of troupes) {
    troupe.crowd.wakeUp();
    troupe.crowd.start();
  }
  await votesGoOnIn(troupes, 20);
  await votesGoOnIn([hot], crowd.phones.length);
  for (const troupe of troupes) troupe.crowd.leaveOff();
  let faultAt = 0;
  const begins = () => {
    faultAt = performance.now();
    for (const troupe of troupes) troupe.crowd.restRecent(RECENT_MS);
  };
  const note = (name: string, value: number) => {
    notes[name] = value;
  };
  const votesGoOn = (count?: number) => votesGoOnIn([hot, safe], count);
  const place = { cluster, ledger, hot, safe, calm, poll, crowd, key, master, replica };
  begins();
  await fault.play({ ...place, votesGoOn, begins, note });
  const healedAt = performance.now();
  return { faultAt, healedAt, ...(await restore(set)) };
}

type Broken = Awaited<ReturnType<typeof breakAndHeal>>;

/** The first one's ballots are those from the beginning, the last one's those to the end. */
function spanOf(all: readonly Broken[], index: number): Omit<Moments, "closedAt" | "finalAt"> {
  const [before, now, after] = [all[index - 1], all[index], all[index + 1]];
  if (!now) throw new Error("There is no such fault.");
  const [from, to] = [before?.levelZeroAt ?? 0, after ? now.levelZeroAt : Number.POSITIVE_INFINITY];
  return { ...now, from, to };
}

/** Waits until everything is as before, without anybody doing anything. */
async function restore({ cluster, ledger, troupes }: SetStage) {
  const stores = { redis: cluster.redis, ledger };
  for (const { crowd } of troupes) crowd.stop();
  for (const troupe of troupes) await converged(stores, troupe, PATIENCE_MS);
  const convergedAt = performance.now();
  const [{ crowd }] = troupes;
  const deadline = convergedAt + PATIENCE_MS;
  for (let everybody = false; !everybody && performance.now() < deadline; ) {
    const from = performance.now();
    await crowd.castOnce(PATIENCE_MS);
    everybody = crowd.casts.every(({ castAt, answer }) => castAt < from || answer?.said === "replicated");
  }
  const levelZeroAt = performance.now();
  for (const troupe of troupes) await converged(stores, troupe, PATIENCE_MS);
  return { convergedAt, levelZeroAt };
}

async function closeAll({ cluster, ledger, troupes }: SetStage) {
  const closedAt = performance.now();
  const stores = { redis: cluster.redis, ledger };
  const end = async (troupe: Troupe): Promise<PlayedTroupe> => {
    await steer(cluster.origin, troupe.poll, "close");
    const { phones } = troupe.crowd;
    await waitFor("the final result", () => phones.every(({ results }) => results.final), FINAL_MS);
    return { ...troupe, end: await settledEverywhere(stores, troupe, PATIENCE_MS) };
  };
  const played = await Promise.all(troupes.map(end));
  return { closedAt, finalAt: performance.now(), played };
}

function troublesOf({ name, poll, crowd, end }: PlayedTroupe, notPromised: readonly string[]): string[] {
  const { violations } = judgeCasts(poll.pollId, crowd.casts, countedIn(end.final), notPromised);
  return [...violations, ...finalTroubles(end)].map((trouble) => `${name}: ${trouble}`);
}
