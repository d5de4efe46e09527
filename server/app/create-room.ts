import { newRoomId } from "../../shared/ids.ts";
import type { CreateRoomRequest } from "../../shared/messages.ts";
import { type FieldError, isRefusal, type Refusal, refuse } from "../../shared/refusals.ts";
import { makePoll } from "./create-poll.ts";
import { hashHostKey, newHostKey } from "./host-key.ts";
import { type WrittenPoll, writePoll } from "./poll-text.ts";
import type { Room } from "./room.ts";
import type { RoomPorts } from "./steer-room.ts";

export interface CreatedRoom {
  readonly room: Room;
  /** Steers the room and its polls; told once, to the maker. */
  readonly hostKey: string;
}

/**
 * Makes a room, and its polls as drafts in the order given. What is wrong with any of them is found before anything is
 * kept. The room is kept first, because its polls name it.
 */
export async function createRoom(
  ports: Omit<RoomPorts, "owners">,
  { title = "", polls: texts = [] }: CreateRoomRequest,
): Promise<CreatedRoom | Refusal> {
  const written = writePolls(texts);
  if (isRefusal(written)) return written;
  const hostKey = newHostKey();
  const hostKeyHash = hashHostKey(hostKey);
  const room = await keepRoom(ports, { title, hostKeyHash });
  if (written.length === 0) return { room, hostKey };
  const { roomId } = room;
  const made = await Promise.all(
    written.map((text) => makePoll(ports, { ...text, hostKeyHash, roomId }, false)),
  );
  const polls = made.map(({ definition }) => ({ pollId: definition.pollId, asked: false }));
  const filled = { ...room, polls, seq: room.seq + 1 };
  // Nobody else can have changed it: nobody has been told its key.
  const kept = await ports.rooms.replace(filled);
  if (kept !== "done") throw new Error(`A room that was just made is ${kept}.`);
  return { room: filled, hostKey };
}

function writePolls(texts: NonNullable<CreateRoomRequest["polls"]>): readonly WrittenPoll[] | Refusal {
  const written: WrittenPoll[] = [];
  const errors: FieldError[] = [];
  for (const [index, text] of texts.entries()) {
    const poll = writePoll(text);
    if (!isRefusal(poll)) written.push(poll);
    else
      for (const { path, message } of poll.errors ?? [])
        errors.push({ path: `polls.${index}.${path}`, message });
  }
  const [first] = errors;
  return first ? refuse("BAD_MESSAGE", `Bad data. ${first.path}: ${first.message}`, { errors }) : written;
}

async function keepRoom(
  { rooms, clock }: Pick<RoomPorts, "rooms" | "clock">,
  parts: Pick<Room, "title" | "hostKeyHash">,
): Promise<Room> {
  for (;;) {
    const room: Room = {
      roomId: newRoomId(),
      ...parts,
      polls: [],
      current: null,
      seq: 1,
      createdAt: clock(),
    };
    // A code is never used again; of a million rooms ever made, one in a thousand draws twice.
    if ((await rooms.create(room)) === "created") return room;
  }
}
