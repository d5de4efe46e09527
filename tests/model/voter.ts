import type { Ballot, Choice } from "../../server/app/ballot.ts";
import type { VoterId } from "../../shared/ids.ts";
import type { Answer } from "./acknowledge.ts";
import { castBallot } from "./cast.ts";
import type { ModelNode } from "./node.ts";
import type { Task } from "./scheduler.ts";
import { OPTIONS } from "./the-poll.ts";
import type { World } from "./world.ts";

/** How long a browser waits for an answer before it sends the ballot again (ms). */
const PATIENCE_MS = 1_500;

/** One voter: a few ballots, sometimes from two tabs at once. */
export function* vote(world: World, voter: number, wanting: Set<string>): Task {
  const { random, poll } = world;
  const many = poll.definition.settings.allowChange || random.chance(0.4);
  let revision = random.between(1, 3);
  yield random.between(0, 3_000);
  for (let left = many ? random.between(1, 5) : 1; left > 0; left -= 1) {
    yield random.between(0, random.pick([200, 1_000, 6_000]));
    const choice = { revision, optionIds: random.pick(OPTIONS) };
    const sending = send(world, voter, choice, wanting);
    // Another tab, or a changed mind, does not wait for the answer; sometimes it takes the same revision.
    if (random.chance(0.4)) world.scheduler.spawn(world.outside, sending);
    else yield* sending;
    if (!random.chance(0.08)) revision += random.between(1, 2);
  }
}

/** Keeps a ballot and sends it again, the same, to any node, until it is accepted or refused for good. */
function* send(world: World, voter: number, choice: Choice, wanting: Set<string>): Task {
  const { random } = world;
  const ballot: Ballot = {
    pollId: world.poll.definition.pollId,
    voter: `voter-${voter}` as VoterId,
    ...choice,
  };
  const attempts = world.history.attempt(voter, choice);
  const want = `voter ${voter}, revision ${choice.revision}`;
  wanting.add(want);
  for (;;) {
    const answers: Answer[] = [];
    const doubled = random.chance(0.15);
    for (const node of doubled ? [anyNode(world), anyNode(world)] : [anyNode(world)]) {
      if (node.run.alive) world.scheduler.spawn(node.run, serve(node, voter, ballot, answers));
    }
    for (let waited = 0; waited < PATIENCE_MS && answers.length === 0; waited += 50) yield 50;
    const answer = answers[0] ?? "pending";
    if (answer === "accepted") attempts.accepted += 1;
    else if (answer === "refused" && !doubled) attempts.refused += 1;
    else attempts.unknown += 1;
    if (answer !== "pending") break;
    // A phone that sleeps asks much later.
    yield random.between(100, random.chance(0.1) ? 9_000 : 700);
  }
  wanting.delete(want);
}

function anyNode({ random, nodes }: World): ModelNode {
  return random.pick(nodes);
}

function* serve(node: ModelNode, voter: number, ballot: Ballot, answers: Answer[]): Task {
  answers.push(yield* castBallot(node, voter, ballot));
}
