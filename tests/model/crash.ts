import { type ModelNode, Run } from "./node.ts";
import { live } from "./sweep.ts";
import type { World } from "./world.ts";

/** The process is gone, with what only its memory had. */
export function kill({ run }: ModelNode, world: World): void {
  if (!run.alive) return;
  world.note(() => `${run.name} is killed`);
  run.alive = false;
  run.endedAt = world.now;
}

/** Comes back with nothing but its name. */
export function restart(node: ModelNode): void {
  if (node.run.alive) return;
  node.runs += 1;
  node.run = new Run(`${node.name}.${node.runs}`, node.world.redis.master);
  live(node);
}
