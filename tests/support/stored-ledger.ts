/** A poll as the ledger has it, read past the nodes and past the weather: what answers and pictures are held against. */
import type { RegisteredBallot } from "../../server/app/register.ts";
import type { DynamoSettings } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { checksumOf, type Final, type Meta } from "../../server/store/tiers/ledger.ts";
import type { PollId, VoterId } from "../../shared/ids.ts";
import type { StoredBallot } from "./stored-poll.ts";

export interface StoredRecord {
  readonly status: string;
  readonly epoch: number;
  /** Of all shards, packs and voters' own items, merged: voter → ballot. */
  readonly ballots: ReadonlyMap<string, StoredBallot>;
  readonly final: StoredFinal | null;
}

export interface StoredFinal {
  /** Option → votes. */
  readonly votes: ReadonlyMap<string, number>;
  readonly participantCount: number;
  /** The ballots that the final result counts. */
  readonly roll: ReadonlyMap<string, StoredBallot>;
  /** What of it cannot be, in words: a voter who is in the roll twice, a checksum of another roll. */
  readonly troubles: readonly string[];
}

const A_PACK = 5_000;

/** Open until `close`. */
function lookIntoLedger({ table, endpoint, region }: DynamoSettings): DynamoLedger {
  return new DynamoLedger({ settings: { table, endpoint, region }, ballotRetentionDays: 1 });
}

/** `null`: there is no such poll, or it was removed. */
export async function readStoredRecord(local: DynamoSettings, pollId: string): Promise<StoredRecord | null> {
  const ledger = lookIntoLedger(local);
  try {
    const { meta, final } = await ledger.record(pollId as PollId); // of a poll that the product made
    if (meta === null || meta === "removed") return null;
    const ballots = await allOf(meta, (shard) => ledger.ballots(meta, shard));
    return {
      status: meta.control.status,
      epoch: meta.epoch,
      ballots: byVoter(ballots),
      final: final && (await readFinal(ledger, meta, final)),
    };
  } finally {
    await ledger.close();
  }
}

/** Adds ballots to an open poll as a node does that drains what Redis has counted. */
export async function appendBallots(
  local: DynamoSettings,
  pollId: string,
  ballots: readonly (StoredBallot & { readonly voter: string })[],
): Promise<void> {
  const ledger = lookIntoLedger(local);
  try {
    const meta = await ledger.meta(pollId as PollId); // of a poll that the product made
    if (meta === null || meta === "removed") throw new Error(`The ledger does not have poll ${pollId}.`);
    for (let from = 0; from < ballots.length; from += A_PACK) {
      const part = ballots.slice(from, from + A_PACK);
      const registered = part.map((ballot) => ({ ...ballot, voter: ballot.voter as VoterId })); // as text, like all
      await ledger.append(meta, crypto.randomUUID(), registered);
    }
  } finally {
    await ledger.close();
  }
}

async function readFinal(ledger: DynamoLedger, meta: Meta, final: Final): Promise<StoredFinal> {
  const { pollId, options } = meta.definition;
  const ballots = await allOf(meta, (shard) => ledger.roll(pollId, final.generation, shard));
  const roll = byVoter(ballots);
  const troubles = [];
  if (roll.size !== ballots.length)
    troubles.push(`${ballots.length - roll.size} voters are in the roll twice`);
  if (checksumOf(ballots) !== final.checksum) troubles.push("the checksum is of another roll");
  return {
    votes: new Map(options.map(({ optionId }, index) => [optionId, final.votes[index] ?? 0])),
    participantCount: final.participantCount,
    roll,
    troubles,
  };
}

async function allOf(
  { shards }: Meta,
  read: (shard: number) => Promise<RegisteredBallot[]>,
): Promise<RegisteredBallot[]> {
  return (await Promise.all(Array.from({ length: shards }, (_, shard) => read(shard)))).flat();
}

function byVoter(ballots: readonly RegisteredBallot[]): ReadonlyMap<string, StoredBallot> {
  return new Map(ballots.map(({ voter, revision, choice }) => [voter, { revision, choice }]));
}
