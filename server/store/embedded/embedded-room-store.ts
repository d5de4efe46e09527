import { type Database, SQLiteError } from "bun:sqlite";
import type { RoomId } from "../../../shared/ids.ts";
import { Outage } from "../../app/outage.ts";
import type { Room } from "../../app/room.ts";
import type { RoomStore } from "../../app/room-ports.ts";
import { roomOf, roomText } from "../room-text.ts";

/** When asking again after a full disk or a failed commit may help (ms). */
const RETRY_AFTER_MS = 1_000;

/** Rooms in the one file of a node that has nothing else; what is answered is committed. */
export class EmbeddedRoomStore implements RoomStore {
  readonly #insert;
  readonly #text;
  readonly #update;
  readonly #bury;

  /** The database stays its opener's: whoever opened it closes it, after this. */
  constructor(database: Database) {
    this.#insert = database.prepare<null, [string, number, string]>(
      "INSERT INTO rooms (room_id, seq, room) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    );
    this.#text = database.prepare<{ readonly room: string | null }, [string]>(
      "SELECT room FROM rooms WHERE room_id = ?1",
    );
    this.#update = database.prepare<null, [string, number, string]>(
      "UPDATE rooms SET seq = ?2, room = ?3 WHERE room_id = ?1 AND seq = ?2 - 1 AND room IS NOT NULL",
    );
    this.#bury = database.prepare<null, [string]>("UPDATE rooms SET room = NULL WHERE room_id = ?1");
  }

  async create(room: Room): Promise<"created" | "taken"> {
    const text = roomText(room);
    return orOutage(() => {
      if (this.#insert.run(room.roomId, room.seq, text).changes === 1) return "created";
      return this.#textOf(room.roomId) === text ? "created" : "taken";
    });
  }

  async read(roomId: RoomId): Promise<Room | null> {
    const text = orOutage(() => this.#textOf(roomId));
    return text === null ? null : roomOf(text);
  }

  async replace(room: Room): Promise<"done" | "conflict" | "absent"> {
    const text = roomText(room);
    return orOutage(() => {
      if (this.#update.run(room.roomId, room.seq, text).changes === 1) return "done";
      const standing = this.#textOf(room.roomId);
      if (standing === null) return "absent";
      return standing === text ? "done" : "conflict";
    });
  }

  async remove(roomId: RoomId): Promise<void> {
    orOutage(() => this.#bury.run(roomId));
  }

  #textOf(roomId: RoomId): string | null {
    return this.#text.get(roomId)?.room ?? null;
  }
}

/** Each write is one statement, and so a transaction: on the disk when it returns. */
function orOutage<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (trouble) {
    if (trouble instanceof SQLiteError) throw new Outage("the data folder", RETRY_AFTER_MS, trouble);
    throw trouble;
  }
}
