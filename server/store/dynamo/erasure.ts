/** Deletes what a removed poll leaves beside its tombstone. */
import type { PollId } from "../../../shared/ids.ts";
import type { ItemTable } from "./item-table.ts";
import { ballotPartition, metaKey, pollPartition, rollPartition } from "./keys.ts";
import type { PollMetas } from "./poll-metas.ts";
import type { Rolls } from "./rolls.ts";

interface Places {
  readonly table: ItemTable;
  readonly metas: PollMetas;
  readonly rolls: Rolls;
}

/** Partition by partition; the notes of the rolls last, so that whoever starts again finds the rolls. */
export async function erasePoll({ table, metas, rolls }: Places, pollId: PollId): Promise<void> {
  const shards = await metas.shardsOfRemoved(pollId);
  const generations = await rolls.generations(pollId);
  const partitions = [
    ...Array.from({ length: shards ?? 0 }, (_, shard) => ballotPartition(pollId, shard)),
    ...generations.map((generation) => rollPartition(pollId, generation)),
    pollPartition(pollId),
  ];
  const kept = metaKey(pollId).sk;
  for (const partition of partitions) {
    for await (const page of table.keys(partition)) {
      await table.deleteAll(page.filter(({ sk }) => sk !== kept));
    }
  }
}
