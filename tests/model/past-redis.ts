/** The way of a ballot past Redis: judged by the node, put into the voter's item under a lease on META, owed to Redis. */
import { type Ballot, type Choice, judgeBallot } from "../../server/app/ballot.ts";
import { takesBallots } from "../../server/app/poll.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { type Answer, acknowledge } from "./acknowledge.ts";
import { checkUnchanged } from "./checker.ts";
import { appendKept, isTaken } from "./drain.ts";
import { absolve, keptOf, owe } from "./kept.ts";
import type { Meta } from "./ledger.ts";
import { viewOf } from "./ledger-read.ts";
import { marked } from "./mark.ts";
import type { Duty, ModelNode } from "./node.ts";
import type { Task } from "./scheduler.ts";
import { choiceText, greatest, supersedes } from "./the-poll.ts";
import { LEASE_FRESH_MS, LEASE_MS } from "./timing.ts";

export function* castPastRedis(node: ModelNode, voter: number, ballot: Ballot): Task<Answer> {
  const { world } = node;
  const choice: Choice = { revision: ballot.revision, optionIds: ballot.optionIds };
  // Nothing is read before the first put: it says by itself that the voter's item is not empty.
  let item: Choice | null = null;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const { meta, sentAt } = yield* lookAtMeta(node);
    if (meta.removed) return "refused";
    if (meta.control.status === "closed") return yield* answerAfterEnd(node, voter, ballot);
    const view = yield* viewOf(node, voter);
    const kept = keptOf(node, voter);
    const known = greatest(item, view);
    const standing = greatest(known, kept?.choice ?? null);
    const poll = { definition: world.poll.definition, control: meta.control };
    const verdict = judgeBallot(poll, standing, ballot, node.clock);
    if (isRefusal(Object(verdict))) return takesBallots(meta.control, node.clock) ? "refused" : "pending";
    if (verdict === "repeat") yield* makeSure(node, known, kept);
    else if (world.poll.definition.settings.allowChange) yield* appendJudged(node, voter, choice);
    else {
      checkUnchanged(node, voter, choice);
      const duty: Duty = { voter, choice, put: { expected: item }, entries: [], inLedger: false };
      const stands: Choice | null | "PUT" = yield* put(node, duty, item);
      if (stands !== "PUT") {
        item = stands;
        continue;
      }
    }
    const leased = world.now - sentAt <= LEASE_MS && takesBallots(meta.control, node.clock);
    if (!leased && !world.variant.noLease) return "pending";
    return acknowledge(node, voter, verdict === "repeat" ? (standing ?? choice) : choice, "ledger");
  }
  return "pending";
}

function* lookAtMeta(node: ModelNode): Task<{ meta: Meta; sentAt: number }> {
  const { run, world } = node;
  if (!world.variant.noLease) return yield* node.meta(LEASE_FRESH_MS);
  run.firstMeta ??= (yield* node.meta(0)).meta;
  return { meta: run.firstMeta, sentAt: world.now };
}

/** Where a vote may be changed the greater ballot counts, whoever has put it: no condition is needed, and many are one write. */
function* appendJudged(node: ModelNode, voter: number, choice: Choice): Task {
  node.world.note(() => `${node.run.name} appends past Redis: voter ${voter} ${choiceText(choice)}`);
  owe(node, { voter, choice, put: "append", entries: [], inLedger: false });
  yield* appendKept(node);
}

/** Where it may not, the first ballot counts that is in the voter's item: of two nodes one is told so. */
function* put(node: ModelNode, duty: Duty, expected: Choice | null): Task<Choice | null | "PUT"> {
  const { voter, choice } = duty;
  if (!node.world.variant.forgetsUnknownPuts) owe(node, duty);
  node.world.note(() => `${node.run.name} puts past Redis: voter ${voter} ${choiceText(choice)}`);
  const stands = yield* marked(node, function* () {
    yield* node.world.reach("puts", node);
    return yield* node.ledger((ledger) => ledger.put({ voter, choice }, expected));
  });
  if (isTaken(node, stands, duty)) owe(node, duty).inLedger = true;
  else absolve(node, duty);
  return stands;
}

/** A repeat vouches for what stands. If only this node's memory says so, the ledger is to have it first. */
function* makeSure(node: ModelNode, known: Choice | null, kept: Duty | null): Task {
  if (!kept || kept.inLedger || !supersedes(kept.choice, known) || node.world.variant.vouchesForMemory)
    return;
  yield* appendKept(node);
}

/** After the end only the final result says what was counted: what stands in the ledger may have come too late. */
export function* answerAfterEnd(node: ModelNode, voter: number, ballot: Ballot): Task<Answer> {
  const { variant, poll } = node.world;
  const { final, meta, ballots } = yield* node.ledger(({ final, meta, ballots }) => ({
    final,
    meta,
    ballots,
  }));
  if (meta.removed) return "refused";
  if (!final && !variant.answersBeforeFinal) return "pending";
  const counted = (final && !variant.noRoll ? final.roll : ballots)[voter] ?? null;
  const verdict = judgeBallot(
    { definition: poll.definition, control: meta.control },
    counted,
    ballot,
    node.clock,
  );
  if (verdict !== "repeat" || counted === null) return "refused";
  return acknowledge(node, voter, counted, "ledger");
}
