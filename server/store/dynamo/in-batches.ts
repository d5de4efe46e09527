/** The most that one BatchWriteItem takes, and as much as a partition takes in half a second (1,000 write units a second). */
const MOST_ITEMS = 25;
const MOST_BYTES = 500_000;
/** At the same time, for one caller: others get lanes in between. */
const AT_ONCE = 4;

/** Runs `put` over all items, in batches of a size that DynamoDB takes. Rejects with the first trouble, once all have ended. */
export async function inBatches<Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
  put: (batch: readonly Item[]) => Promise<void>,
): Promise<void> {
  const batches = cut(items, bytesOf).values();
  const worker = async () => {
    for (const batch of batches) await put(batch);
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failed = ended.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
}

function cut<Item>(items: readonly Item[], bytesOf: (item: Item) => number): Item[][] {
  const batches: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    const last = batches.at(-1);
    if (last && last.length < MOST_ITEMS && bytes <= room) {
      last.push(item);
      room -= bytes;
    } else {
      batches.push([item]);
      room = MOST_BYTES - bytes;
    }
  }
  return batches;
}
