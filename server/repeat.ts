/** Does `job` again and again, `everyMs` after it last ended, until the returned function is called. */
export function repeat(
  everyMs: number,
  job: () => Promise<unknown>,
  onTrouble: (trouble: unknown) => void,
): () => void {
  let timer: Timer;
  let stopped = false;
  const schedule = () => {
    timer = setTimeout(async () => {
      await job().catch(onTrouble);
      if (!stopped) schedule();
    }, everyMs);
    timer.unref();
  };
  schedule();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
