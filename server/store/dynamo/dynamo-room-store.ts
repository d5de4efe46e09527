import type { RoomId } from "../../../shared/ids.ts";
import type { Room } from "../../app/room.ts";
import { roomOf, roomText } from "../room-text.ts";
import type { RoomLedger } from "../tiers/ledgered-room-store.ts";
import { textOf } from "./item.ts";
import type { ItemTable } from "./item-table.ts";
import { roomKey } from "./keys.ts";

/** Rooms in the one table, one item each, kept for good. Each change is one conditional write. */
export class DynamoRoomStore implements RoomLedger {
  readonly #table: ItemTable;

  /** Whoever opened the table closes it: the ledger uses it too. */
  constructor(table: ItemTable) {
    this.#table = table;
  }

  async create(room: Room): Promise<"created" | "taken"> {
    if (await this.#table.put(itemOf(room), { text: "attribute_not_exists(pk)" })) return "created";
    // The first attempt may have come through with its answer lost: then what stands is ours.
    return isSame(await this.standing(room.roomId), room) ? "created" : "taken";
  }

  async read(roomId: RoomId): Promise<Room | null> {
    const standing = await this.standing(roomId);
    return standing === "removed" ? null : standing;
  }

  async standing(roomId: RoomId): Promise<Room | "removed" | null> {
    const item = await this.#table.get(roomKey(roomId));
    if (!item) return null;
    return item.removed ? "removed" : roomOf(textOf(item, "roomJson"));
  }

  async replace(room: Room): Promise<"done" | "conflict" | "absent"> {
    // A tombstone has no `seq`.
    const before = { text: "seq = :before", values: { ":before": room.seq - 1 } };
    if (await this.#table.put(itemOf(room), before)) return "done";
    const standing = await this.standing(room.roomId);
    if (standing === null || standing === "removed") return "absent";
    return isSame(standing, room) ? "done" : "conflict";
  }

  /** The tombstone: nothing of the room but that its id is used up. */
  async remove(roomId: RoomId): Promise<void> {
    const change = { text: "SET removed = :yes REMOVE roomJson, seq", values: { ":yes": true } };
    await this.#table.update(roomKey(roomId), change, "attribute_exists(pk)");
  }
}

/** `seq` beside the room: conditions cannot look into text. */
function itemOf(room: Room) {
  return { ...roomKey(room.roomId), roomJson: roomText(room), seq: room.seq };
}

function isSame(standing: Room | "removed" | null, room: Room): boolean {
  return standing !== null && standing !== "removed" && roomText(standing) === roomText(room);
}
