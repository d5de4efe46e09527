import type { RoomUpdate } from "../../shared/messages.ts";
import type { Definitions } from "./definitions.ts";
import type { Room } from "./room.ts";

/**
 * Data of `ROOM_UPDATE` at `now` (epoch ms), for the host or for everybody else: who is no host learns of a question when
 * it is asked. A poll that is gone by itself, as one of a cluster without a ledger after its time, is left out. Rejects
 * only in an outage.
 */
export async function roomUpdate(
  definitions: Definitions,
  room: Room,
  host: boolean,
  now: number,
): Promise<RoomUpdate> {
  const seen = room.polls.filter(({ asked }) => host || asked);
  const texts = await Promise.all(
    seen.map(({ pollId }) => definitions.known(pollId) ?? definitions.load(pollId)),
  );
  const polls = seen.flatMap(({ pollId, asked }, index) => {
    const question = texts[index]?.question;
    return question === undefined ? [] : [{ pollId, question, asked }];
  });
  const current = polls.find(({ pollId }) => pollId === room.current)?.pollId ?? null;
  return {
    roomId: room.roomId,
    title: room.title,
    current,
    polls,
    position: current === null ? null : room.polls.findIndex(({ pollId }) => pollId === current) + 1,
    total: room.polls.length,
    seq: room.seq,
    serverTime: now,
    host,
  };
}
