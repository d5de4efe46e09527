/**
 * The production shape with the ledger under votes: a hot poll, one beside it on the same shard whose ballots count once
 * the ledger has them, and a calm one on another shard, all through the balancer.
 */
import type { LocalLedger } from "../../infra/local/local-ledger.ts";
import { type MadePoll, makePoll } from "../support/poll-calls.ts";
import { startCluster, type TestCluster } from "../support/start-cluster.ts";
import { keyOf } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import { Crowd } from "./crowd.ts";
import type { Stage } from "./stage.ts";

/** How long votes may take to go on (ms): a failover with the shortest patience, twice. */
const GO_ON_MS = 30_000;

/** A poll and those who vote in it. */
export interface Troupe {
  readonly name: "hot" | "safe" | "calm";
  readonly poll: MadePoll;
  readonly crowd: Crowd;
}

/** What a fault has at hand. */
export interface LedgerStage extends Stage {
  readonly ledger: LocalLedger;
  readonly hot: Troupe;
  readonly safe: Troupe;
  readonly calm: Troupe;
  /** Says that it breaks now, where that is not when the fault begins: what votes cost is counted from here. */
  begins(): void;
  /** A figure of its own. */
  note(name: string, value: number): void;
}

export interface LedgerStageParts {
  /** Of all three polls together; 200 unless said. */
  readonly voters?: number;
  /** Ballots of all of them; 300 unless said. */
  readonly perSecond?: number;
  /** Each node has its own way to Redis, which the fault cuts. */
  readonly roads?: boolean;
  /** Settings of every redis-server. */
  readonly redisSettings?: Readonly<Record<string, string>>;
  /** What the polls are beside the usual. */
  readonly settings?: object;
}

/** Shares of the voters, and of their ballots. */
const SHARES = { hot: 0.7, safe: 0.2, calm: 0.1 } as const;

export interface SetStage extends AsyncDisposable {
  readonly cluster: TestCluster;
  readonly ledger: LocalLedger;
  readonly troupes: readonly [hot: Troupe, safe: Troupe, calm: Troupe];
}

/** Everybody has come and nobody has voted yet. */
export async function setLedgerStage(parts: LedgerStageParts): Promise<SetStage> {
  const { voters = 200, perSecond = 300, roads = false, redisSettings = {}, settings = {} } = parts;
  const cluster = await startCluster({ ledger: true, roads, redisSettings });
  const crowds: Crowd[] = [];
  const dispose = async () => {
    for (const crowd of crowds) crowd.close();
    await cluster[Symbol.asyncDispose]();
  };
  try {
    const { ledger, origin } = cluster;
    if (!ledger) throw new Error("There is no ledger.");
    const polls = await threePolls(cluster, settings);
    const gather = async (name: Troupe["name"]): Promise<Troupe> => {
      const [poll, share] = [polls[name], SHARES[name]];
      const size = Math.ceil(voters * share);
      const crowd = await Crowd.gather({ origin, poll, size, perSecond: perSecond * share });
      crowds.push(crowd);
      return { name, poll, crowd };
    };
    const troupes = [await gather("hot"), await gather("safe"), await gather("calm")] as const;
    return { cluster, ledger, troupes, [Symbol.asyncDispose]: dispose };
  } catch (failure) {
    await dispose();
    throw failure;
  }
}

/** The first two on one shard, the third on another. */
async function threePolls({ origin, redis }: TestCluster, settings: object) {
  const make = (durability: "replicated" | "ledger") =>
    makePoll(origin, { settings: { allowChange: true, ...settings, durability } });
  const hot = await make("replicated");
  const master = await redis.masterOf(keyOf(hot));
  const until = async (durability: "replicated" | "ledger", beside: boolean): Promise<MadePoll> => {
    for (;;) {
      const poll = await make(durability);
      if (((await redis.masterOf(keyOf(poll))) === master) === beside) return poll;
    }
  };
  return { hot, safe: await until("ledger", true), calm: await until("replicated", false) };
}

/** Resolves when so many more ballots have been accepted in each of these polls, all cast from now on. */
export async function votesGoOnIn(troupes: readonly Troupe[], count?: number): Promise<void> {
  const from = performance.now();
  const goesOn = ({ crowd }: Troupe) => {
    const fresh = crowd.casts.filter(({ castAt, answer }) => castAt > from && answer?.accepted);
    return fresh.length >= (count ?? crowd.phones.length / 4);
  };
  await waitFor("votes to go on", () => troupes.every(goesOn), GO_ON_MS);
}
