/** The ledger in bad weather, under votes. */
import type { LedgerWeather } from "../../infra/local/ledger-front.ts";
import { waitFor } from "../support/wait-for.ts";
import { type LedgerStage, type Troupe, votesGoOnIn } from "./ledger-stage.ts";
import { wiped } from "./redis-loss.ts";

const WAIT_MS = 20_000;

/** Polls whose ballots only the ledger makes safe wait for it; the others go on. */
export async function ledgerGone(stage: LedgerStage, weather: LedgerWeather): Promise<void> {
  const { ledger, hot, safe, calm } = stage;
  await ledger.setWeather(weather);
  await votesGoOnIn([hot, calm]);
  await waitFor("voters to be told to wait", () => waiting(safe) > 0, WAIT_MS);
  await votesGoOnIn([hot, calm]);
  await ledger.setWeather({ kind: "clear" });
  await stage.votesGoOn();
}

/** It works badly, and everything goes on. */
export async function ledgerPoorly(stage: LedgerStage, weather: LedgerWeather): Promise<void> {
  await stage.ledger.setWeather(weather);
  await votesGoOnIn([stage.hot, stage.safe, stage.calm]);
  await votesGoOnIn([stage.hot, stage.safe, stage.calm]);
  await stage.ledger.setWeather({ kind: "clear" });
}

export async function cuttingWhileWiped(stage: LedgerStage): Promise<void> {
  await stage.ledger.setWeather({ kind: "cutting", share: 0.2 });
  await stage.votesGoOn();
  await wiped(stage);
  await stage.ledger.setWeather({ kind: "clear" });
}

export async function bothAway(stage: LedgerStage, first: "redis" | "ledger"): Promise<void> {
  const { cluster, ledger, hot } = stage;
  await ledger.setWeather({ kind: "away" });
  await Promise.all(cluster.redis.nodes.map((node) => node.kill9()));
  await waitFor("voters to be told to wait", () => waiting(hot) > hot.crowd.phones.length / 4, WAIT_MS);
  const back = {
    redis: async () => {
      await Promise.all(cluster.redis.nodes.map((node) => cluster.redis.restart(node)));
      await cluster.redis.settled();
    },
    ledger: () => ledger.setWeather({ kind: "clear" }),
  };
  await back[first]();
  // Redis that has been restarted cannot be trusted until the ledger has been asked: half of the truth is no truth.
  if (first === "ledger") await stage.votesGoOn();
  else await toldToWaitAgain(hot);
  await back[first === "redis" ? "ledger" : "redis"]();
  await stage.votesGoOn();
}

/** Everybody who waits is asked for patience once more. */
async function toldToWaitAgain({ crowd }: Troupe): Promise<void> {
  const before = crowd.phones.flatMap(({ casts }) => {
    const last = casts.at(-1);
    return last && !last.answer ? [{ last, pending: last.pending }] : [];
  });
  const again = () => before.every(({ last, pending }) => last.pending > pending);
  await waitFor("voters to be told to wait again", again, WAIT_MS);
}

/** Voters whose last ballot is not counted yet, and who have been told so. */
function waiting({ crowd }: Troupe): number {
  return crowd.phones.filter(({ casts }) => {
    const last = casts.at(-1);
    return last?.pending && !last.answer;
  }).length;
}
