import type { Log } from "./log.ts";

/** What went wrong behind the scenes, in words that follow "could not". */
export type OnTrouble = (doing: string, trouble: unknown) => void;

/** How often the same trouble is written while it lasts (ms). */
const WRITTEN_EVERY_MS = 60_000;
/** Kinds of trouble remembered; there are a handful of things to do and of ways to fail. */
const REMEMBERED = 1_000;

/** The same trouble is written once a minute with how often it came: an outage meets every poll every second. */
export function troubleLog(log: Log, now: () => number = () => performance.now()): OnTrouble {
  const known = new Map<string, { writtenAt: number; unwritten: number }>();
  return (doing, trouble) => {
    const kind = kindOf(doing, trouble);
    const before = known.get(kind);
    if (before && now() - before.writtenAt < WRITTEN_EVERY_MS) {
      before.unwritten += 1;
      return;
    }
    if (known.size >= REMEMBERED) known.clear();
    known.set(kind, { writtenAt: now(), unwritten: 0 });
    const more = before?.unwritten ? { timesSinceWritten: before.unwritten } : {};
    log.error({ err: trouble, ...more }, `could not ${doing}`);
  };
}

/** Without numbers: addresses, slots and times differ, the trouble does not. */
function kindOf(doing: string, trouble: unknown): string {
  const message = trouble instanceof Error ? trouble.message : String(trouble);
  return `${doing}: ${message.replace(/\d+/g, "#").slice(0, 200)}`;
}
