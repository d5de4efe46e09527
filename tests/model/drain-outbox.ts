import type { ModelNode } from "./node.ts";
import { apply } from "./redis-shard.ts";
import type { Process } from "./scheduler.ts";

/** Read, put, delete: twice is harmless. Where the ledger has a newer ballot, that one is applied to Redis. */
export function* drainOutbox(node: ModelNode): Process {
  const entries = yield* node.redis((redis) => redis.master.outbox);
  for (const entry of entries) {
    const newer = yield* node.ledger((ledger) => ledger.put(entry, node.world.variant.noRevisionOrder));
    yield* node.redis((redis) =>
      redis.write((state) => {
        if (newer) apply(state, { ...entry, ...newer }, false);
        state.outbox = state.outbox.filter((other) => other !== entry);
      }),
    );
  }
}
