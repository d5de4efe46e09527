/** One node sees less than the others, or dies with what only it knew. */
import { waitFor } from "../support/wait-for.ts";
import type { LedgerStage } from "./ledger-stage.ts";

/** The node that is cut off, or dies. */
const CUT_OFF = "node-2";
/** Answers that it must have given before. */
const ANSWERS = 20;
const WAIT_MS = 20_000;

export async function killedAfterYes(stage: LedgerStage): Promise<void> {
  stage.cluster.roads.get(CUT_OFF)?.refuse();
  stage.begins();
  await answered(stage, "ledger");
  await nodeOf(stage).kill9();
  await allElsewhere(stage);
  await stage.votesGoOn();
}

/** Its ledger is silent, so that what it has counted lies in the outbox when it dies. */
export async function killedBeforeDrain(stage: LedgerStage): Promise<void> {
  await stage.ledger.setWeather({ kind: "silent" }, [CUT_OFF]);
  await answered(stage, "replicated");
  await nodeOf(stage).kill9();
  await allElsewhere(stage);
  await stage.votesGoOn();
}

/** What it sent into the cut cable arrives when that is mended. */
export async function partition(stage: LedgerStage): Promise<void> {
  const road = stage.cluster.roads.get(CUT_OFF);
  road?.blackHole();
  await answered(stage, "ledger");
  await stage.votesGoOn();
  road?.open();
  await stage.votesGoOn();
}

export async function refused(stage: LedgerStage): Promise<void> {
  const road = stage.cluster.roads.get(CUT_OFF);
  road?.refuse();
  await answered(stage, "ledger");
  await stage.votesGoOn();
  road?.open();
  await stage.votesGoOn();
}

export async function partitionDies(stage: LedgerStage): Promise<void> {
  const road = stage.cluster.roads.get(CUT_OFF);
  road?.blackHole();
  await answered(stage, "ledger");
  await nodeOf(stage).kill9();
  await allElsewhere(stage);
  // Batches of the dead land.
  road?.open();
  await stage.votesGoOn();
}

/** Waits for so many ballots that the node acknowledged like this, all cast from now on. */
async function answered({ hot }: LedgerStage, said: string): Promise<void> {
  const from = performance.now();
  const there = () => hot.crowd.phones.filter(({ nodes }) => nodes.at(-1) === CUT_OFF);
  const fresh = () =>
    there()
      .flatMap(({ casts }) => casts)
      .filter(({ castAt, answer }) => castAt > from && answer?.said === said);
  await waitFor(`${CUT_OFF} to acknowledge as ${said}`, () => fresh().length >= ANSWERS, WAIT_MS);
}

export function nodeOf({ cluster }: LedgerStage) {
  const node = cluster.nodes.find(({ name }) => name === CUT_OFF);
  if (!node) throw new Error(`There is no ${CUT_OFF}.`);
  return node;
}

export async function allElsewhere({ hot, safe, calm }: LedgerStage): Promise<void> {
  const phones = [hot, safe, calm].flatMap(({ crowd }) => crowd.phones);
  const elsewhere = () => phones.every(({ isLive, nodes }) => isLive && nodes.at(-1) !== CUT_OFF);
  await waitFor("all to be back on other nodes", elsewhere, WAIT_MS);
}
