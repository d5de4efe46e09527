/** Where everything is in the one table: partition (`pk`) and sort key (`sk`). `docs/ballots.md`, section 2. */

import type { JoinCode, PollId, RoomId, VoterId } from "../../../shared/ids.ts";
import { MAX_DURATION_SECONDS } from "../../../shared/limits.ts";
import { type Key, wholeSeconds } from "./item.ts";

export const OPEN_PARTITIONS = 8;

export const pollPartition = (code: JoinCode): string => `POLL#${code}`;
export const metaKey = (pollId: PollId): Key => ({ pk: pollPartition(pollId), sk: "META" });
export const tallyKey = (pollId: PollId): Key => ({ pk: pollPartition(pollId), sk: "TALLY" });
export const finalKey = (pollId: PollId): Key => ({ pk: pollPartition(pollId), sk: "FINAL" });

export const roomKey = (roomId: RoomId): Key => ({ pk: `ROOM#${roomId}`, sk: "META" });

export const VIEWERS = "VIEWERS#";
export const viewersKey = (pollId: PollId, node: string): Key => ({
  pk: pollPartition(pollId),
  sk: `${VIEWERS}${node}`,
});

/** Says that there is a roll of this generation, so that `erase` finds it. */
export const ROLL_NOTE = "ROLL#";
export const rollNoteKey = (pollId: PollId, generation: string): Key => ({
  pk: pollPartition(pollId),
  sk: `${ROLL_NOTE}${generation}`,
});
export const rollPartition = (pollId: PollId, generation: string): string => `ROLL#${pollId}#${generation}`;
/** With the `#` at its end: shard 1 is not the beginning of shard 11. */
export const rollShard = (shard: number): string => `shard#${shard}#`;
/** Keys are in the order of their characters; with four digits the parts are read as they were written. */
export const rollPart = (shard: number, part: number): string =>
  `${rollShard(shard)}${String(part).padStart(4, "0")}`;

export const ballotPartition = (pollId: PollId, shard: number): string => `BALLOT#${pollId}#${shard}`;
export const VOTER = "voter#";
export const voterItem = (voter: VoterId): string => `${VOTER}${voter}`;
export const packItem = (name: string, part: number): string => `pack#${name}#${part}`;

export const openPartition = (index: number): string => `OPEN#${index}`;
export const openKey = (pollId: PollId): Key => ({ pk: openPartition(openIndex(pollId)), sk: pollId });
const DIRTY = "#DIRTY#";
export const markKey = (pollId: PollId, mark: string): Key => ({
  pk: openPartition(openIndex(pollId)),
  sk: `${pollId}${DIRTY}${mark}`,
});
/** The poll and the mark that a sort key in `OPEN` names; a poll's own item has no mark. */
export function readOpenKey(sk: string): { pollId: PollId; mark: string | null } {
  const [pollId = "", mark = null] = sk.split(DIRTY);
  return { pollId: pollId as PollId, mark }; // written by `openKey` and `markKey`
}

export const beatKey = (run: string): Key => ({ pk: `NODE#${run}`, sk: "BEAT" });
export const probeKey = (node: string): Key => ({ pk: `PROBE#${node}`, sk: "PROBE" });

/** Join codes are random, so any spread of their characters is even. */
function openIndex(pollId: PollId): number {
  let sum = 0;
  for (let index = 0; index < pollId.length; index += 1) sum = (sum * 31 + pollId.charCodeAt(index)) >>> 0;
  return sum % OPEN_PARTITIONS;
}

const DAY_SECONDS = 86_400;

/**
 * When ballots of a poll expire (epoch s): `retentionDays` after the latest possible close, since whoever puts one cannot
 * know of later extensions. A draft may still be opened: it is given 30 days to be.
 */
export function ballotsExpireAt(
  { openedAt, createdAt }: { openedAt: number | null; createdAt: number },
  retentionDays: number,
): number {
  const opened = wholeSeconds(openedAt ?? createdAt) + (openedAt === null ? MAX_DURATION_SECONDS : 0);
  return opened + MAX_DURATION_SECONDS + retentionDays * DAY_SECONDS;
}
