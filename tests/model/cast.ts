/** The way of one ballot: through Redis where that can be trusted, else past it into the ledger. */
import type { Ballot } from "../../server/app/ballot.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { type Answer, acknowledge } from "./acknowledge.ts";
import { checkCounted } from "./checker.ts";
import { appendKept } from "./drain.ts";
import { owe } from "./kept.ts";
import { OUTAGE } from "./network.ts";
import type { ModelNode } from "./node.ts";
import { answerAfterEnd, castPastRedis } from "./past-redis.ts";
import { cast, type Judged } from "./redis-scripts.ts";
import type { Reply } from "./redis-server.ts";
import type { Task } from "./scheduler.ts";
import { LEASE_FRESH_MS, LEASE_MS } from "./timing.ts";

export function* castBallot(node: ModelNode, voter: number, ballot: Ballot): Task<Answer> {
  try {
    const judged = node.world.now < node.run.redisOffUntil ? "COLD" : yield* castInRedis(node, voter, ballot);
    if (typeof judged === "object") return yield* answerFromRedis(node, voter, ballot, judged);
    const answer = yield* castPastRedis(node, voter, ballot);
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
  node.run.casts += 1;
  const script = cast(voter, ballot, `${node.run.name}#${node.run.casts}`);
  try {
    const { answer, replicated } = yield* node.redis(checkCounted(node.world, script), true);
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
  const { verdict, standing, entry } = answer;
  const { variant, poll } = node.world;
  if (isRefusal(Object(verdict)) || standing === null) return "refused";
  const repeat = verdict === "repeat";
  const safe = replicated || variant.acknowledgesBeforeWait || (repeat && variant.repeatsWithoutWait);
  // Whoever acknowledges a ballot keeps it, also one that another node counted: that node may be dead.
  const kept = !variant.forgetsAcknowledged && !(repeat && variant.forgetsRepeats);
  const entries = entry === null ? [] : [entry];
  const duty = { voter, choice: standing, put: "append" as const, entries, inLedger: false };
  const owed = kept ? owe(node, duty) : null;
  if (safe && poll.definition.settings.durability === "replicated") {
    return acknowledge(node, voter, standing, "replicated");
  }
  // Redis has counted it, but says less than is needed: the ledger's yes, under the same lease as past Redis.
  const { meta, sentAt } = yield* node.meta(LEASE_FRESH_MS);
  if (!variant.noLease && meta.control.status === "closed") return yield* answerAfterEnd(node, voter, ballot);
  // What else the ledger has of this voter is not asked: whoever reads merges, and the greater ballot counts.
  if (owed && !owed.inLedger) yield* appendKept(node);
  if (!variant.noLease && node.world.now - sentAt > LEASE_MS) return "pending";
  return acknowledge(node, voter, standing, "ledger");
}
