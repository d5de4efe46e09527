import type { PollId, VoterId } from "../../../shared/ids.ts";
import type { RegisteredBallot } from "../../app/register.ts";
import { inParallel } from "./in-parallel.ts";
import { checksumOf, type Final, type Ledger, type Meta, type OpenMark } from "./ledger.ts";
import { BALLOTS_A_CALL, CALLS_AT_ONCE, deleteMarks, holding, type RecoveryPorts } from "./recovery-ports.ts";
import type { RedisSide } from "./redis-side.ts";
import { SHARDS_AT_ONCE } from "./shard-view.ts";

/** `expired`: the roll is past its retention, so that only the ledger shows the result. */
export type SettleOutcome = "settled" | "busy" | "lost" | "removed" | "expired";

type Roll = ReadonlyMap<VoterId, RegisteredBallot>;
type Change = readonly [VoterId, RegisteredBallot | null];

/**
 * Makes what Redis shows exactly what the final result counts; then nobody has anything left to do for the poll. Rejects
 * with an `Outage`.
 */
export async function settle(
  ports: RecoveryPorts,
  pollId: PollId,
  final: Final,
  meta: Meta,
  dead: readonly OpenMark[],
): Promise<SettleOutcome> {
  const { ledger, redis, marks } = ports;
  const buried = await marks.bury(dead);
  const outcome = redis ? await settleRedis(ports, redis, final, meta) : "settled";
  if (outcome !== "settled" && outcome !== "expired") return outcome;
  await ledger.deleteOpen(pollId);
  await deleteMarks(ledger, buried);
  return outcome;
}

async function settleRedis(
  { ledger, debts, leases }: RecoveryPorts,
  redis: RedisSide,
  final: Final,
  meta: Meta,
): Promise<SettleOutcome> {
  const { pollId } = meta.definition;
  const roll = await readRoll(ledger, meta, final);
  if (!roll) return "expired";
  const token = crypto.randomUUID();
  const begun = await redis.begin(pollId, token, true);
  if (begun === "busy" || begun === "removed") return begun;
  if (begun === "ended") return "lost";
  // After the token: a poll that was removed, and dropped in a Redis that was wiped since, is not to come back.
  const { meta: now } = await leases.read(pollId, 0);
  if (now === null || now === "removed") {
    await redis.drop(pollId);
    return "removed";
  }
  const { definition, control } = now;
  const epoch = await debts.takeEpoch(pollId);
  const set = await holding(
    () => redis.set(pollId, token, []),
    async () => setAll(redis, pollId, token, await difference(redis, pollId, roll)),
  );
  if (set === "lost" || (await redis.settle({ definition, control, epoch }, token)) === "lost") return "lost";
  return (await shows(redis, pollId, final)) ? "settled" : "lost";
}

/** The ballots that the result counts, all of them; `null` if they are past their retention. */
async function readRoll(
  ledger: Pick<Ledger, "roll">,
  { definition: { pollId }, shards }: Meta,
  { generation, checksum, participantCount }: Final,
): Promise<Roll | null> {
  const roll = new Map<VoterId, RegisteredBallot>();
  await inParallel(shards, SHARDS_AT_ONCE, async (shard) => {
    for (const ballot of await ledger.roll(pollId, generation, shard)) roll.set(ballot.voter, ballot);
  });
  if (roll.size === 0 && participantCount > 0) return null;
  if (checksumOf([...roll.values()]) !== checksum) {
    throw new Error(`The roll of poll ${pollId} is not what its final result counts.`);
  }
  return roll;
}

/** What must be set in Redis. Nothing else changes ballots there: the counting has ended, and the token is held. */
async function difference(redis: RedisSide, pollId: PollId, roll: Roll): Promise<readonly Change[]> {
  const changes = new Map<VoterId, RegisteredBallot | null>(roll);
  // A part may name a voter again.
  for await (const part of redis.ballots(pollId)) {
    for (const { voter, revision, choice } of part) {
      const wanted = roll.get(voter);
      if (!wanted) changes.set(voter, null);
      else if (wanted.revision === revision && wanted.choice === choice) changes.delete(voter);
    }
  }
  return [...changes];
}

async function setAll(
  redis: RedisSide,
  pollId: PollId,
  token: string,
  changes: readonly Change[],
): Promise<"done" | "lost"> {
  let set: "done" | "lost" = "done";
  await inParallel(Math.ceil(changes.length / BALLOTS_A_CALL), CALLS_AT_ONCE, async (call) => {
    if (set === "lost") return;
    const part = changes.slice(call * BALLOTS_A_CALL, (call + 1) * BALLOTS_A_CALL);
    if ((await redis.set(pollId, token, part)) === "lost") set = "lost";
  });
  return set;
}

/** The differences were read from one server and set on another where a failover came in between: so look again. */
async function shows(redis: RedisSide, pollId: PollId, final: Final): Promise<boolean> {
  const view = await redis.read(pollId);
  if (view === "cold" || view === "removed" || !view.settled) return false;
  const { votes, participantCount } = view.poll.tally;
  return (
    participantCount === final.participantCount &&
    votes.every((count, option) => count === final.votes[option])
  );
}
