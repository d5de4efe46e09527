/** The way of one ballot: through Redis where that can be trusted, else past it into the ledger. */
import { type Ballot, type Choice, judgeBallot } from "../../server/app/ballot.ts";
import { takesBallots } from "../../server/app/poll.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { checkCounted } from "./checker.ts";
import type { Acknowledgement } from "./history.ts";
import type { Meta } from "./ledger.ts";
import { marked } from "./mark.ts";
import { OUTAGE } from "./network.ts";
import type { Duty, ModelNode } from "./node.ts";
import { cast, type Judged } from "./redis-scripts.ts";
import type { Reply } from "./redis-server.ts";
import type { Task } from "./scheduler.ts";
import { choiceText } from "./the-poll.ts";
import { LEASE_MS } from "./timing.ts";

export type Answer = "accepted" | "pending" | "refused";

/** A lease younger than this is not asked for again (ms). */
const LEASE_FRESH_MS = 1_000;

export function* castBallot(node: ModelNode, voter: number, ballot: Ballot): Task<Answer> {
  try {
    const judged = node.world.now < node.run.redisOffUntil ? "COLD" : yield* castInRedis(node, voter, ballot);
    if (typeof judged === "object") return yield* answerFromRedis(node, voter, ballot, judged);
    const answer = yield* castInLedger(node, voter, ballot);
    // Redis may have counted it all the same, and its outbox may yet win: nobody is refused on half the truth.
    return answer === "refused" && judged === "UNKNOWN" ? "pending" : answer;
  } catch (thrown) {
    if (thrown === OUTAGE) return "pending";
    throw thrown;
  }
}

/** `COLD`: Redis cannot be trusted with this poll. `UNKNOWN`: no answer. */
function* castInRedis(
  node: ModelNode,
  voter: number,
  ballot: Ballot,
): Task<Reply<Judged> | "COLD" | "UNKNOWN"> {
  try {
    const { answer, replicated } = yield* node.redis(checkCounted(node.world, cast(voter, ballot)), true);
    if (answer === "COLD" || answer === "REMOVED") return "COLD";
    node.show(answer.picture);
    return { answer, replicated };
  } catch (thrown) {
    if (thrown === OUTAGE) return "UNKNOWN";
    throw thrown;
  }
}

function* answerFromRedis(
  node: ModelNode,
  voter: number,
  ballot: Ballot,
  judged: Reply<Judged>,
): Task<Answer> {
  const { answer, replicated } = judged;
  const { verdict, standing } = answer;
  const { variant, poll } = node.world;
  if (isRefusal(Object(verdict)) || standing === null) return "refused";
  const repeat = verdict === "repeat";
  const safe = replicated || variant.acknowledgesBeforeWait || (repeat && variant.repeatsWithoutWait);
  // Whoever acknowledges a ballot keeps it, also one that another node counted: that node may be dead.
  const kept = !variant.forgetsAcknowledged && !(repeat && variant.forgetsRepeats);
  const duty = kept ? owe(node, { voter, choice: standing, put: "merge", inLedger: false }) : null;
  if (safe && poll.definition.settings.durability === "replicated") {
    return acknowledge(node, voter, standing, "replicated");
  }
  // Redis has counted it, but says less than is needed: the ledger's yes, under the same lease as past Redis.
  const { meta, sentAt } = yield* node.meta(LEASE_FRESH_MS);
  if (!variant.noLease && meta.control.status === "closed") return yield* answerAfterEnd(node, voter, ballot);
  const stands: Choice = yield* marked(node, () =>
    node.ledger((ledger) => ledger.merge({ voter, choice: standing })),
  );
  if (duty) duty.inLedger = true;
  if (!variant.noLease && node.world.now - sentAt > LEASE_MS) return "pending";
  // Another node was told of a newer one: this one no longer stands, and nobody may be told that it does.
  if (stands !== standing && choiceText(stands) !== choiceText(standing)) return "pending";
  return acknowledge(node, voter, standing, "ledger");
}

function* castInLedger(node: ModelNode, voter: number, ballot: Ballot): Task<Answer> {
  const { world } = node;
  const choice: Choice = { revision: ballot.revision, optionIds: ballot.optionIds };
  let standing: Choice | null = null;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const { meta, sentAt } = yield* lookAtMeta(node);
    if (meta.removed) return "refused";
    if (meta.control.status === "closed") return yield* answerAfterEnd(node, voter, ballot);
    const verdict = judgeBallot(
      { definition: world.poll.definition, control: meta.control },
      standing,
      ballot,
      node.clock,
    );
    if (isRefusal(Object(verdict))) return takesBallots(meta.control, node.clock) ? "refused" : "pending";
    if (verdict !== "repeat") {
      const stands: Choice | "PUT" = yield* putBallot(node, {
        voter,
        choice,
        put: { expected: standing },
        inLedger: false,
      });
      if (stands !== "PUT") {
        standing = stands;
        continue;
      }
      standing = choice;
    }
    const leased = world.now - sentAt <= LEASE_MS && takesBallots(meta.control, node.clock);
    if (!leased && !world.variant.noLease) return "pending";
    return acknowledge(node, voter, standing ?? choice, "ledger");
  }
  return "pending";
}

function* lookAtMeta(node: ModelNode): Task<{ meta: Meta; sentAt: number }> {
  const { run, world } = node;
  if (!world.variant.noLease) return yield* node.meta(LEASE_FRESH_MS);
  run.firstMeta ??= (yield* node.meta(0)).meta;
  return { meta: run.firstMeta, sentAt: world.now };
}

function* putBallot(node: ModelNode, duty: Duty): Task<Choice | "PUT"> {
  const { voter, choice, put } = duty;
  const expected = put === "merge" ? null : put.expected;
  owe(node, duty);
  node.world.note(() => `${node.run.name} puts past Redis: voter ${voter} ${choiceText(choice)}`);
  const stands = yield* marked(node, () => node.ledger((ledger) => ledger.cast({ voter, choice }, expected)));
  // It stands already: an earlier attempt put it, which nobody heard of, and Redis does not have it yet.
  if (stands === "PUT" || choiceText(stands) === choiceText(choice)) duty.inLedger = true;
  else absolve(node, duty);
  return stands;
}

/** After the end only the final result says what was counted: what stands in the ledger may have come too late. */
function* answerAfterEnd(node: ModelNode, voter: number, ballot: Ballot): Task<Answer> {
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

/** Keeps a ballot until the ledger and Redis have it. */
export function owe(node: ModelNode, duty: Duty): Duty {
  const key = keyOf(duty);
  const owed = node.run.duties.get(key);
  if (owed && owed.put === "merge") return owed;
  node.run.duties.set(key, duty);
  return duty;
}

/** Nothing is left to do for it. Another attempt for the same ballot is another duty. */
export function absolve({ run }: ModelNode, duty: Duty): void {
  if (run.duties.get(keyOf(duty)) === duty) run.duties.delete(keyOf(duty));
}

function keyOf({ voter, choice }: Duty): string {
  return `${voter} ${choiceText(choice)}`;
}

function acknowledge(
  node: ModelNode,
  voter: number,
  choice: Choice,
  durability: Acknowledgement["durability"],
): Answer {
  const { run, world } = node;
  world.history.acknowledged.push({ voter, choice, durability, run, at: world.now });
  world.note(() => `${run.name} acknowledges ${durability}: voter ${voter} ${choiceText(choice)}`);
  return "accepted";
}
