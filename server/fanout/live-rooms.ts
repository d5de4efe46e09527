import type { RoomId } from "../../shared/ids.ts";
import { MAX_JOINED_ROOMS } from "../../shared/limits.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import type { Unfollow } from "../app/ports.ts";
import { roomNotFoundRefusal } from "../app/room.ts";
import type { RoomBus } from "../app/room-ports.ts";
import { LiveRoom, type LiveRoomPorts } from "./live-room.ts";
import type { Viewer } from "./viewer.ts";

/** How long a room nobody is in stays followed (ms), so that a reload finds it as it was. */
const LINGER_MS = 10_000;

interface Followed {
  readonly live: LiveRoom;
  readonly unfollow: Unfollow;
  lingering: Timer | null;
}

/** The rooms that somebody on this node is in: each is followed and read once, however many join. */
export class LiveRooms {
  readonly #bus: RoomBus;
  readonly #ports: LiveRoomPorts;
  readonly #followed = new Map<RoomId, Followed>();
  readonly #opening = new Map<RoomId, Promise<Followed | null>>();
  readonly #joined = new Map<Viewer, Set<RoomId>>();

  constructor(bus: RoomBus, ports: LiveRoomPorts) {
    this.#bus = bus;
    this.#ports = ports;
  }

  /** Joins a room; the answer goes to the viewer, a refusal to the caller. `owner` as for `LivePolls.join`. */
  async join(
    viewer: Viewer,
    roomId: RoomId,
    hostKey: string | undefined,
    id: string | undefined,
    owner?: Promise<boolean>,
  ): Promise<Refusal | null> {
    const joined = this.#joined.get(viewer) ?? new Set();
    if (joined.size >= MAX_JOINED_ROOMS && !joined.has(roomId)) {
      return refuse("NOT_ALLOWED", `A socket joins at most ${MAX_JOINED_ROOMS} rooms; leave one first.`, {
        roomId,
      });
    }
    const isNew = !joined.has(roomId);
    // Before waiting: a socket that closes meanwhile must find this room to leave.
    this.#joined.set(viewer, joined.add(roomId));
    try {
      const followed = this.#followed.get(roomId) ?? (await this.#open(roomId));
      if (!followed) {
        joined.delete(roomId);
        return roomNotFoundRefusal(roomId);
      }
      if (!this.#joined.get(viewer)?.has(roomId)) return null;
      if (followed.lingering) clearTimeout(followed.lingering);
      followed.lingering = null;
      await followed.live.join(viewer, hostKey, id, owner);
      return null;
    } catch (outage) {
      // Who was in stays in; who was not has not joined, and is told to try again.
      if (isNew) this.leave(viewer, roomId);
      throw outage;
    }
  }

  leave(viewer: Viewer, roomId: RoomId): void {
    this.#joined.get(viewer)?.delete(roomId);
    this.#followed.get(roomId)?.live.leave(viewer);
    this.#lingerIfEmpty(roomId);
  }

  /** The socket is gone. */
  leaveAll(viewer: Viewer): void {
    for (const roomId of this.#joined.get(viewer) ?? []) this.leave(viewer, roomId);
    this.#joined.delete(viewer);
  }

  /** The socket has room again. */
  drained(viewer: Viewer): void {
    for (const roomId of this.#joined.get(viewer) ?? []) this.#followed.get(roomId)?.live.drained(viewer);
  }

  stop(): void {
    for (const roomId of [...this.#followed.keys()]) this.#drop(roomId);
  }

  #open(roomId: RoomId): Promise<Followed | null> {
    const opening =
      this.#opening.get(roomId) ?? this.#follow(roomId).finally(() => this.#opening.delete(roomId));
    this.#opening.set(roomId, opening);
    return opening;
  }

  /** Follow first, read second: a hint in between is looked after. */
  async #follow(roomId: RoomId): Promise<Followed | null> {
    let live: LiveRoom | null = null;
    let hinted = false;
    const look = () => {
      hinted = true;
      live?.look().catch((trouble: unknown) => this.#ports.onTrouble("read a room that changed", trouble));
    };
    const unfollow = this.#bus.follow(roomId, look);
    const room = await this.#ports.rooms.read(roomId).catch((outage: unknown) => {
      unfollow();
      throw outage;
    });
    if (!room || room.removing) {
      unfollow();
      return null;
    }
    live = new LiveRoom(room, this.#ports, () => this.#end(roomId));
    const followed = { live, unfollow, lingering: null };
    this.#followed.set(roomId, followed);
    if (hinted) look();
    this.#lingerIfEmpty(roomId);
    return followed;
  }

  #end(roomId: RoomId): void {
    this.#followed.get(roomId)?.live.end();
    for (const joined of this.#joined.values()) joined.delete(roomId);
    this.#drop(roomId);
  }

  #lingerIfEmpty(roomId: RoomId): void {
    const followed = this.#followed.get(roomId);
    if (!followed?.live.isEmpty || followed.lingering) return;
    followed.lingering = setTimeout(() => this.#drop(roomId), LINGER_MS);
    followed.lingering.unref();
  }

  #drop(roomId: RoomId): void {
    const followed = this.#followed.get(roomId);
    if (!followed) return;
    this.#followed.delete(roomId);
    if (followed.lingering) clearTimeout(followed.lingering);
    followed.unfollow();
    followed.live.stop();
  }
}
