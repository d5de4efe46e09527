/** What must hold, whatever happened: V1 to V6 of `shared/SPEC.md`, by comparing sets. */
import { type Choice, sameChoice } from "../../server/app/ballot.ts";
import type { PollControl } from "../../server/app/poll.ts";
import { screenOf } from "./browser.ts";
import type { Acknowledgement } from "./history.ts";
import { shardOf } from "./ledger.ts";
import type { ModelNode } from "./node.ts";
import type { Script, Unusable } from "./redis-script.ts";
import type { Judged } from "./redis-scripts.ts";
import { type Cast, miscount, type Picture } from "./redis-state.ts";
import { choiceText, supersedes } from "./the-poll.ts";
import { VIEW_MS } from "./timing.ts";
import type { World } from "./world.ts";

/** Watches the cast script: V3 in every state, and on the true master nothing is counted after the final result. */
export function checkCounted(world: World, script: Script<Judged | Unusable>): Script<Judged | Unusable> {
  return (state, place) => {
    const [next, answer] = script(state, place);
    const wrong = miscount(next);
    if (wrong !== null) world.violates(`V3: ${wrong}`);
    const counted = next.ballots !== state.ballots;
    const onMaster = place.replid === world.redis.master.replid;
    if (counted && onMaster && world.ledger.final !== null)
      world.violates("V6: counted after the final result");
    return [next, answer];
  };
}

/** Watches reads: what the host was told is in Redis is never unseen again on the true master. */
export function checkRead<Answer>(world: World, script: Script<Answer>): Script<Answer> {
  return (state, place) => {
    const [next, answer] = script(state, place);
    if (place.replid === world.redis.master.replid && isPicture(answer)) {
      const stale = world.history.steered.find(
        ({ inRedis, seq }) => inRedis && answer.picture.control.seq < seq,
      );
      if (stale) world.violates(`V6: Redis shows the poll as before "${stale.what}", which it had confirmed`);
    }
    return [next, answer];
  };
}

/** Watches what is taken out of the outbox: an entry proves that its ballots stand in the state that has it. */
export function checkDrained<Answer>(world: World, script: Script<Answer>): Script<Answer> {
  return (state, place) => {
    const [next, answer] = script(state, place);
    const left = new Set(next.outbox.map(({ id }) => id));
    const taken = state.outbox.filter(({ id }) => !left.has(id)).flatMap(({ ballots }) => ballots);
    for (const { voter, choice } of taken) {
      if (supersedes(choice, state.ballots[voter] ?? null))
        world.violates(`V3: the outbox has ${choiceText(choice)} of voter ${voter}, who has it not`);
      if (
        supersedes(choice, world.ledger.ballots[voter] ?? null) &&
        place.replid === world.redis.master.replid
      )
        world.violates(
          `V2: ${choiceText(choice)} of voter ${voter} leaves the outbox and is not in the ledger`,
        );
    }
    return [next, answer];
  };
}

/**
 * Watches the ledger: a ballot that Redis lacks, though it is whole, comes there under somebody's mark, or nobody will
 * ever look for it. Requests that live for very long are another matter, which the final result settles.
 */
export function checkMarked({ ledger, redis, network, violates }: World, { voter, choice }: Cast): void {
  const { state, replid } = redis.master;
  if (network.veryLate || state.warm !== replid || ledger.meta.control.status === "closed") return;
  if (ledger.dirty.size > 0 || !supersedes(choice, state.ballots[voter] ?? null)) return;
  violates(`V4: ${choiceText(choice)} of voter ${voter} comes to the ledger past Redis, and under no mark`);
}

function isPicture(answer: unknown): answer is { picture: Picture } {
  return typeof answer === "object" && answer !== null && "picture" in answer;
}

/**
 * A poll that does not let a vote be changed: whoever judges past Redis counts no other choice beside one that has been
 * in the ledger since before its view of it was read.
 */
export function checkUnchanged({ run, world }: ModelNode, voter: number, choice: Choice): void {
  const { history, poll, now } = world;
  if (poll.definition.settings.allowChange) return;
  const readAt = run.views.get(shardOf(voter))?.sentAt ?? now - VIEW_MS;
  const other = history.arrivals.find(
    (one) => one.voter === voter && one.at < readAt && !sameChoice(one.choice.optionIds, choice.optionIds),
  );
  if (other)
    world.violates(
      `B3: ${run.name} counts ${choiceText(choice)} beside ${choiceText(other.choice)} of voter ${voter}`,
    );
}

/** A node that has asked the ledger since the host was answered shows nothing older. */
export function checkShown({ run, world }: ModelNode, control: PollControl): void {
  const askedAt = run.meta?.sentAt ?? Number.NEGATIVE_INFINITY;
  const stale = world.history.steered.find(({ at, seq }) => at < askedAt && control.seq < seq);
  if (stale) world.violates(`V6: ${run.name} shows the poll as before "${stale.what}"`);
}

/** Why the world is not at rest yet (V4), `null` if it is: Redis = ledger = every screen. */
export function unrest(world: World): string | null {
  const { redis, ledger, browsers, nodes } = world;
  const { state, replid } = redis.master;
  if (ledger.meta.removed) {
    if (!state.removed) return "Redis still has the removed poll";
    return browsers.every(({ removed }) => removed) ? null : "a screen still shows the removed poll";
  }
  const { control } = ledger.meta;
  if (control.status === "closed" && !ledger.final) return "the poll is closed and has no final result";
  if (state.warm !== replid) return "Redis is not whole";
  if (state.outbox.length > 0) return "the outbox is not empty";
  if (nodes.some(({ run }) => run.duties.size + run.steps.size + run.owesNews > 0))
    return "a node still owes something";
  if (state.control?.seq !== control.seq) return "Redis lacks a step of the host";
  if (control.status === "closed" && !state.final) return "Redis is not settled";
  const should = ledger.final?.roll ?? ledger.ballots;
  const unequal = voters(should, state.ballots).find((voter) => !equal(should[voter], state.ballots[voter]));
  if (unequal !== undefined) {
    const [there, here] = [should[unequal] ?? null, state.ballots[unequal] ?? null];
    return `voter ${unequal} has ${choiceText(there)} in the ledger and ${choiceText(here)} in Redis`;
  }
  const screen = JSON.stringify(screenOf({ ...state, control }));
  const other = browsers.find((browser) => JSON.stringify(browser.screen) !== screen);
  return other
    ? `a screen at ${other.node.name} shows ${JSON.stringify(other.screen)} and not ${screen}`
    : null;
}

/** What was promised and is not so, at the end of a schedule. */
export function broken(world: World): string[] {
  const { ledger, redis, history } = world;
  const found: string[] = [];
  const wrong = miscount(redis.master.state);
  if (wrong !== null) found.push(`V3: ${wrong}`);
  if (ledger.meta.removed) return found;
  if (history.steered.some(({ what }) => what === "remove")) found.push("V6: a removed poll is back");
  const late = history.steered.find(({ seq }) => seq > ledger.meta.control.seq);
  if (late) found.push(`V6: "${late.what}" was undone`);
  const { final } = ledger;
  const counted = final?.roll ?? ledger.ballots;
  if (final) found.push(...miscounted(final, counted));
  found.push(...lost(world, counted), ...invented(world, counted));
  return found;
}

function miscounted(
  final: { votes: readonly number[]; participants: number },
  roll: readonly (Choice | null)[],
): string[] {
  const voters = roll.filter((choice) => choice !== null).length;
  const votes = final.votes.reduce((sum, count) => sum + count, 0);
  if (votes === voters && final.participants === voters) return [];
  return [
    `V1: the final result has ${votes} votes and ${final.participants} participants, of ${voters} voters`,
  ];
}

/** V2, and with it which ballot V1 wants counted. */
function lost(world: World, counted: readonly (Choice | null)[]): string[] {
  return world.history.acknowledged
    .filter((one) => supersedes(one.choice, counted[one.voter] ?? null) && !isExcused(world, one))
    .map(({ voter, choice, durability, run }) => {
      const stands = choiceText(counted[voter] ?? null);
      return `V2: ${run.name} acknowledged (${durability}) voter ${voter} ${choiceText(choice)}, the result has ${stands}`;
    });
}

/**
 * `replicated` survives one Redis server of the shard, and all of Redis while the acknowledging node lives. Not all of
 * Redis and that node, before the ledger had the ballot.
 */
export function isExcused(
  { redis, history }: World,
  { durability, voter, choice, run }: Acknowledgement,
): boolean {
  if (durability === "ledger") return false;
  const arrived = history.arrivals.find((one) => one.voter === voter && !supersedes(choice, one.choice));
  const safeSince = arrived?.at ?? Number.POSITIVE_INFINITY;
  return run.endedAt < safeSince && redis.losses.some((at) => at < safeSince);
}

/**
 * V5: nothing counts that was never cast. Nor what was refused at every attempt, as long as Redis kept its master: with
 * one that is lost may go the very ballot because of which another was refused.
 */
function invented({ history, redis }: World, counted: readonly (Choice | null)[]): string[] {
  const found: string[] = [];
  for (const [voter, choice] of counted.entries()) {
    if (!choice) continue;
    const cast = history.attempts.filter((one) => one.voter === voter && equal(one.choice, choice));
    if (cast.length === 0) found.push(`V5: voter ${voter} never cast ${choiceText(choice)}`);
    else if (
      redis.kept &&
      cast.every(({ accepted, unknown, refused }) => accepted + unknown === 0 && refused > 0)
    ) {
      found.push(`V5: voter ${voter}'s ${choiceText(choice)} was refused, and counts`);
    }
  }
  return found;
}

function voters(...lists: readonly (readonly unknown[])[]): number[] {
  return Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, voter) => voter);
}

function equal(a: Choice | null | undefined, b: Choice | null | undefined): boolean {
  if (!a || !b) return !a && !b;
  return a.revision === b.revision && sameChoice(a.optionIds, b.optionIds);
}
