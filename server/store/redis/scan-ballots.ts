import type { RegisteredBallot } from "../../app/register.ts";
import { outboxEntry } from "./tier-scripts.ts";

/** Ballots in one step, which blocks the shard: well under a millisecond. */
const A_STEP = 512;

/** HSCAN of a poll's ballots from `cursor`. */
export type ScanStep = (cursor: string, count: number) => Promise<[next: string, fields: string[]]>;

/**
 * All ballots of a poll, in parts. A voter may come twice, or be missing, where another master takes over between two
 * steps: whoever must not miss one holds the token.
 */
export async function* scanBallots(scan: ScanStep): AsyncIterable<readonly RegisteredBallot[]> {
  let cursor = "0";
  do {
    const [next, fields] = await scan(cursor, A_STEP);
    const { ballots } = outboxEntry(["", fields]);
    if (ballots.length > 0) yield ballots;
    cursor = next;
  } while (cursor !== "0");
}
