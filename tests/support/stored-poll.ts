/** A poll as Redis itself has it, read past the product: what its answers and pictures are held against. */
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";

export interface StoredBallot {
  readonly revision: number;
  /** `opt-1,opt-3` */
  readonly choice: string;
}

export interface StoredPoll {
  readonly epoch: number;
  readonly version: number;
  readonly status: string;
  /** With a ledger: some master has made sure that this is all. Whether that is the one asked, only its script knows. */
  readonly warm: boolean;
  /** Option → votes. */
  readonly votes: ReadonlyMap<string, number>;
  readonly participants: ReadonlySet<string>;
  /** Voter → ballot. */
  readonly ballots: ReadonlyMap<string, StoredBallot>;
}

/** What there is to count, wherever it was read. */
export type Counted = Pick<StoredPoll, "votes" | "participants" | "ballots">;

/** The key that all others of a poll share their slot with. */
export function keyOf({ pollId }: { readonly pollId: string }): string {
  return `poll:{${pollId}}`;
}

/** All of it at one moment, from the master of its slot. `null`: there is no such poll. */
export async function readStoredPoll(redis: RedisCluster, pollId: string): Promise<StoredPoll | null> {
  const key = keyOf({ pollId });
  const master = await redis.masterOf(key);
  const replies = await master.redis
    .multi()
    .hgetall(`${key}:state`)
    .hgetall(`${key}:votes`)
    .smembers(`${key}:participants`)
    .hgetall(`${key}:ballots`)
    .exec();
  const [state, votes, participants, ballots] = (replies ?? []).map(([trouble, reply]) => {
    if (trouble) throw trouble;
    return reply;
  }) as [Hash, Hash, string[], Hash]; // the answers to the four commands
  if (state.status === undefined) return null;
  return {
    epoch: Number(state.epoch),
    version: Number(state.version),
    status: state.status,
    warm: state.warm !== undefined,
    votes: new Map(Object.entries(votes).map(([option, count]) => [option, Number(count)])),
    participants: new Set(participants),
    ballots: new Map(Object.entries(ballots).map(([voter, value]) => [voter, parseBallot(value)])),
  };
}

type Hash = Record<string, string>;

/** `revision:opt-1,opt-3` */
function parseBallot(value: string): StoredBallot {
  const colon = value.indexOf(":");
  return { revision: Number(value.slice(0, colon)), choice: value.slice(colon + 1) };
}

/** V3: what the ballots say by hand, and that nobody else is a participant; the difference in words, or nothing. */
export function tallyTrouble({ votes, participants, ballots }: Counted): string[] {
  const byHand = new Map([...votes.keys()].map((option) => [option, 0]));
  for (const { choice } of ballots.values()) {
    for (const option of choice.split(",")) byHand.set(option, (byHand.get(option) ?? 0) + 1);
  }
  const wrong = [...byHand].filter(([option, count]) => votes.get(option) !== count);
  const strangers = [...participants].filter((voter) => !ballots.has(voter));
  const missing = [...ballots.keys()].filter((voter) => !participants.has(voter));
  return [
    ...wrong.map(([option, count]) => `${option} has ${votes.get(option)} votes for ${count} ballots`),
    ...strangers.map((voter) => `${voter} is a participant without a ballot`),
    ...missing.map((voter) => `${voter} has a ballot and is no participant`),
  ];
}
