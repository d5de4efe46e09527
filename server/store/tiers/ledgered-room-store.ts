import { LRUCache } from "lru-cache";
import type { RoomId } from "../../../shared/ids.ts";
import type { Room } from "../../app/room.ts";
import type { RoomStore } from "../../app/room-ports.ts";
import { isOutage } from "./ledger-way.ts";
import { orNull } from "./or-null.ts";

/** The authority. */
export interface RoomLedger extends RoomStore {
  /** As `read`, but tells a room that was removed from one that never was. */
  standing(roomId: RoomId): Promise<Room | "removed" | null>;
}

/** Copies of rooms beside the ledger. Both verbs reject with an `Outage` where nobody answers in time. */
export interface RoomCopies {
  /** Whether it is known that nobody would answer. */
  isAway(roomId: RoomId): boolean;
  /** The copy, maybe old; `null`: there is none. */
  read(roomId: RoomId): Promise<Room | "removed" | null>;
  /** Nothing older takes the place of a newer one, and nothing that of a removal. */
  put(roomId: RoomId, standing: Room | "removed"): Promise<void>;
}

export interface LedgeredRoomStoreParts {
  readonly ledger: RoomLedger;
  readonly copies: RoomCopies;
  /** Told of what went wrong behind the scenes. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
  /** Monotonic ms. */
  readonly now?: () => number;
}

/** A room that is read is copied so often (ms) at the most: how long a Redis that lost everything lacks a room in use. */
const COPY_AGAIN_MS = 30_000;
/** Rooms that are in use on one node at a time, generously. */
const COPIES_REMEMBERED = 10_000;

/**
 * Rooms in the ledger, with copies that are read only while the ledger does not answer: a hall that is in a room stays in
 * it. Nobody waits for a copy to be put. Steering needs the ledger.
 */
export class LedgeredRoomStore implements RoomStore {
  readonly #parts: LedgeredRoomStoreParts;
  readonly #now: () => number;
  /** What this node has copied: the seq, and when it did. */
  readonly #copied = new LRUCache<RoomId, { readonly seq: number; readonly at: number }>({
    max: COPIES_REMEMBERED,
  });
  readonly #copying = new Set<Promise<void>>();

  constructor(parts: LedgeredRoomStoreParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
  }

  async create(room: Room): Promise<"created" | "taken"> {
    const created = await this.#parts.ledger.create(room);
    if (created === "created") this.#copy(room.roomId, room);
    return created;
  }

  /** From the ledger, or, while that does not answer, from the copy. Rejects with an `Outage` where there is none either. */
  async read(roomId: RoomId): Promise<Room | null> {
    const { ledger, copies } = this.#parts;
    let standing: Room | "removed" | null;
    try {
      standing = await ledger.standing(roomId);
      if (standing) this.#copy(roomId, standing);
    } catch (outage) {
      if (!isOutage(outage)) throw outage;
      standing = await orNull(copies.read(roomId));
      // That there is no copy does not say that there is no room.
      if (!standing) throw outage;
    }
    return standing === "removed" ? null : standing;
  }

  async replace(room: Room): Promise<"done" | "conflict" | "absent"> {
    const replaced = await this.#parts.ledger.replace(room);
    if (replaced === "done") this.#copy(room.roomId, room);
    return replaced;
  }

  async remove(roomId: RoomId): Promise<void> {
    await this.#parts.ledger.remove(roomId);
    this.#copy(roomId, "removed");
  }

  /** Resolves when every copy that is on its way has arrived or failed. */
  async close(): Promise<void> {
    await Promise.all(this.#copying);
  }

  #copy(roomId: RoomId, standing: Room | "removed"): void {
    const seq = standing === "removed" ? Number.POSITIVE_INFINITY : standing.seq;
    const copied = this.#copied.get(roomId);
    const isRecent = copied && copied.seq >= seq && this.#now() - copied.at < COPY_AGAIN_MS;
    if (isRecent || this.#parts.copies.isAway(roomId)) return;
    this.#copied.set(roomId, { seq, at: this.#now() });
    const copying: Promise<void> = this.#put(roomId, standing).finally(() => this.#copying.delete(copying));
    this.#copying.add(copying);
  }

  async #put(roomId: RoomId, standing: Room | "removed"): Promise<void> {
    const { copies, onTrouble } = this.#parts;
    try {
      await copies.put(roomId, standing);
    } catch (trouble) {
      // The next read copies it.
      this.#copied.delete(roomId);
      onTrouble("copy a room", trouble);
    }
  }
}
