/** Where a page of one's own polls ended: the poll or room after which the next page begins. */
import { type JoinCode, parseJoinCode } from "../../shared/ids.ts";
import type { OwnPoll } from "./session-ports.ts";

export type OwnPollPlace = Pick<OwnPoll, "createdAt" | "pollId">;

/** `1780315200000-ABCD1234`, safe in an address. */
export function ownPollCursor({ createdAt, pollId }: OwnPollPlace): string {
  return `${createdAt}-${pollId}`;
}

/** `null`: no answer ever gave this. */
export function readOwnPollCursor(cursor: string): OwnPollPlace | null {
  const [, time, code] = /^(\d{1,15})-(\w{6}|\w{8})$/.exec(cursor) ?? [];
  const pollId: JoinCode | null = code === undefined ? null : parseJoinCode(code);
  return pollId === null ? null : { createdAt: Number(time), pollId };
}
