import type { Ballot } from "../../server/app/ballot.ts";
import { optionIdAt, type VoterId } from "../../shared/ids.ts";
import type { Answer, ModelNode } from "./node.ts";
import { DEFINITION } from "./poll-under-test.ts";
import type { Process } from "./scheduler.ts";
import type { World } from "./world.ts";

/** A browser: keeps its ballot and sends it again, with the same revision and to any node, until it is answered. */
export function* vote(world: World, name: string): Process {
  const { random } = world;
  const changes = 1 + random.below(3);
  let revision = random.below(3);
  for (let change = 0; change < changes; change += 1) {
    yield random.below(8_000);
    revision += 1 + random.below(2);
    const optionIds = [optionIdAt(random.below(3))];
    const ballot: Ballot = { pollId: DEFINITION.pollId, voter: name as VoterId, optionIds, revision };
    world.sent.push(ballot);
    // Sometimes the voter changes their mind before the answer is there.
    const patience = random.chance(0.2) ? 1 : 200;
    for (let attempt = 0; attempt < patience; attempt += 1) {
      const answer = yield* ask(world, ballot);
      if (answer === "accepted") break;
      if (answer === "refused") return;
      yield 200 + random.below(600);
    }
  }
}

/** Sends a ballot to some node; `null` if no answer comes. */
function* ask(world: World, ballot: Ballot): Process<Answer | null> {
  const alive = world.nodes.filter((node) => node.alive);
  if (alive.length === 0) return null;
  const answer: { value: Answer | null } = { value: null };
  const node = world.random.pick(alive);
  world.scheduler.spawn(node, serve(node, ballot, answer));
  for (let waited = 0; waited < 20 && answer.value === null; waited += 1) yield 100;
  return world.random.chance(world.unreliability) ? null : answer.value;
}

function* serve(node: ModelNode, ballot: Ballot, answer: { value: Answer | null }): Process {
  answer.value = yield* node.cast(ballot);
}
