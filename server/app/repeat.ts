/**
 * Does `job` again and again, `waitMs()` after it last ended, until the returned function is called. The waiting keeps
 * no process alive.
 */
export function repeat(
  waitMs: () => number,
  job: () => Promise<unknown>,
  onTrouble: (trouble: unknown) => void,
): () => void {
  let timer: Timer;
  let stopped = false;
  const schedule = () => {
    timer = setTimeout(async () => {
      await job().catch(onTrouble);
      if (!stopped) schedule();
    }, waitMs());
    timer.unref();
  };
  schedule();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
