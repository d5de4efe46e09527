/** Does `work` for 0 to `count - 1`, at most `atOnce` at a time. The first that fails is the last that is begun. */
export async function inParallel(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      try {
        await work(index);
      } catch (trouble) {
        next = count;
        throw trouble;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}
