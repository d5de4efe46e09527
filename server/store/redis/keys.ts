import type { PollId, RoomId } from "../../../shared/ids.ts";

/** Every key of one poll carries the same hash tag, so they live in one slot and one script can touch them all. */
export function pollKeys(pollId: PollId) {
  const poll = `poll:{${pollId}}`;
  return {
    poll,
    state: `${poll}:state`,
    votes: `${poll}:votes`,
    participants: `${poll}:participants`,
    ballots: `${poll}:ballots`,
    outbox: `${poll}:outbox`,
    viewers: `${poll}:viewers`,
    joined: `${poll}:joined`,
    audit: `${poll}:audit`,
  };
}

/** The sharded channels of one poll, in the slot of its keys: its snapshots, and its events. */
export function pollChannels(pollId: PollId) {
  return { updates: `poll:{${pollId}}:updates`, system: `poll:{${pollId}}:system` };
}

/** A room is one key. */
export function roomKey(roomId: RoomId): string {
  return `room:{${roomId}}`;
}
