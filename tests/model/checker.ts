import { type Ballot, type Choice, sameChoice } from "../../server/app/ballot.ts";
import { ballotText } from "./node.ts";
import type { RedisState } from "./redis-shard.ts";
import type { Acknowledgement, World } from "./world.ts";

/** Redis, always: votes of an option = ballots that contain it. */
export function checkAlways(world: World): void {
  if (world.violations.length > 0) return;
  const wrong = miscounted(world.redis.master);
  if (wrong) world.violations.push(`V3: ${wrong}`);
}

/** Healed and quiet: what was promised is there, and everywhere the same. */
export function checkAtRest(world: World): void {
  const { ledger, redis, violations } = world;
  if (ledger.meta.phase === "removed" || world.confirmed.removed) {
    if (ledger.meta.phase !== "removed") violations.push("V6: a removed poll is in the ledger again");
    if (redis.master.control !== "removed") violations.push("V6: a removed poll is in Redis again");
    return;
  }
  if (!ledger.final) {
    violations.push("V4: the poll is over and has no final result");
    return;
  }
  checkControl(world);
  const final = ledger.final;
  const acknowledged = new Set(world.acknowledged);
  for (const one of acknowledged) {
    if (isExcused(one, world)) continue;
    const counted = final.get(one.ballot.voter);
    if (!counted || counted.revision < one.ballot.revision) {
      violations.push(`V2: ${sayOf(one)} is not in the result (${JSON.stringify(counted)})`);
    } else if (
      counted.revision === one.ballot.revision &&
      !sameChoice(counted.optionIds, one.ballot.optionIds)
    ) {
      violations.push(`V1: ${sayOf(one)} was counted as ${counted.optionIds}`);
    }
  }
  for (const [voter, choice] of final) {
    if (!world.sent.some((ballot) => isThis(ballot, voter, choice))) {
      violations.push(`V5: ${voter} never cast ${choice.optionIds} (${choice.revision})`);
    }
  }
  if (!equal(redis.master.ballots, final)) {
    violations.push(`V4: Redis has ${text(redis.master.ballots)}, the result ${text(final)}`);
  }
}

function checkControl({ redis, ledger, confirmed, violations }: World): void {
  const { control } = redis.master;
  if (ledger.meta.phase !== "closed") violations.push("V6: the poll did not end");
  if (control === null || control === "removed" || control.status !== "closed") {
    violations.push(`V6: Redis does not have the end: ${JSON.stringify(control)}`);
  } else if (confirmed.hidden && control.visibility !== "hidden")
    violations.push("V6: hidden results are shown");
}

/** `replicated` survives all Redis while its node lives; not both at once, nor a node the ledger could not know of. */
function isExcused({ durability, node, life, held, wipes }: Acknowledgement, world: World): boolean {
  return (
    durability === "replicated" && world.redis.wipes > wipes && (node.life !== life || !node.alive || !held)
  );
}

function miscounted({ ballots, votes }: RedisState): string | null {
  const expected = new Map<string, number>();
  for (const { optionIds } of ballots.values()) {
    for (const option of optionIds) expected.set(option, (expected.get(option) ?? 0) + 1);
  }
  for (const option of new Set([...votes.keys(), ...expected.keys()])) {
    const [has, should] = [votes.get(option) ?? 0, expected.get(option) ?? 0];
    if (has !== should) return `${option} has ${has} votes and ${should} ballots`;
  }
  return null;
}

function equal(a: ReadonlyMap<string, Choice>, b: ReadonlyMap<string, Choice>): boolean {
  return text(a) === text(b);
}

function text(ballots: ReadonlyMap<string, Choice>): string {
  const rows = [...ballots].map(([voter, { optionIds, revision }]) => `${voter}:${revision}:${optionIds}`);
  return rows.sort().join(" ");
}

function isThis(ballot: Ballot, voter: string, choice: Choice): boolean {
  return (
    ballot.voter === voter &&
    ballot.revision === choice.revision &&
    sameChoice(ballot.optionIds, choice.optionIds)
  );
}

function sayOf({ ballot, durability, node }: Acknowledgement): string {
  return `${ballotText(ballot)}, acknowledged ${durability} by ${node.name},`;
}
