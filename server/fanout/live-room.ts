import { encode } from "../../shared/codec.ts";
import type { PollId } from "../../shared/ids.ts";
import type { RoomUpdate } from "../../shared/messages.ts";
import type { Definitions } from "../app/definitions.ts";
import { isHostKey } from "../app/host-key.ts";
import type { Clock } from "../app/ports.ts";
import { repeat } from "../app/repeat.ts";
import type { Room } from "../app/room.ts";
import type { RoomStore } from "../app/room-ports.ts";
import { roomUpdate } from "../app/room-update.ts";
import { Audiences } from "./audiences.ts";
import type { LivePolls } from "./live-polls.ts";
import { Seat } from "./seat.ts";
import type { Publisher, Viewer } from "./viewer.ts";

/** How often the store is asked what is true (ms, spread at random): how long a lost hint can stay unnoticed. */
const RECONCILE_MS = { least: 1_000, most: 2_000 };

export interface LiveRoomPorts {
  readonly rooms: Pick<RoomStore, "read">;
  readonly definitions: Definitions;
  readonly livePolls: LivePolls;
  readonly clock: Clock;
  readonly publisher: Publisher;
  /** Told of what went wrong behind the scenes; everybody stays where they are. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/** A seat in a room, and the poll that was joined for it. */
class RoomSeat extends Seat {
  at: PollId | null = null;
  /** It could not join that: tried again with the next look. */
  isLost = false;
  /** It has been told of the room; until then it goes nowhere. */
  isTold = false;
}

/**
 * One room as this node shows it. What changed is always read from the store. When the room moves, its seats leave the old
 * poll and join the new one.
 */
export class LiveRoom {
  #room: Room;
  readonly #ports: LiveRoomPorts;
  readonly #onGone: () => void;
  readonly #seats = new Map<Viewer, RoomSeat>();
  readonly #audiences: Audiences;
  readonly #stopReconciling: () => void;
  #looking: Promise<void> | null = null;
  #hinted = false;

  /** `onGone`: the store has the room no longer. */
  constructor(room: Room, ports: LiveRoomPorts, onGone: () => void) {
    this.#room = room;
    this.#ports = ports;
    this.#onGone = onGone;
    this.#audiences = new Audiences(room.roomId, ports.publisher);
    this.#stopReconciling = repeat(
      () => RECONCILE_MS.least + Math.random() * (RECONCILE_MS.most - RECONCILE_MS.least),
      () => this.look(),
      (trouble) => ports.onTrouble("reconcile a room", trouble),
    );
  }

  get isEmpty(): boolean {
    return this.#seats.size === 0;
  }

  /** Takes a seat and answers JOIN_ROOM: `ROOM_UPDATE` with the frame's `id`, then the poll it is at. */
  async join(
    viewer: Viewer,
    hostKey: string | undefined,
    id: string | undefined,
    owner?: Promise<boolean>,
  ): Promise<void> {
    const seat = this.#seats.get(viewer) ?? new RoomSeat(viewer, false);
    this.#seats.set(viewer, seat);
    const host = isHostKey(this.#room, hostKey) || ((await owner) ?? false);
    if (await this.#tell(seat, host, id)) this.#join(seat);
  }

  leave(viewer: Viewer): void {
    const seat = this.#seats.get(viewer);
    if (!seat) return;
    this.#seats.delete(viewer);
    this.#audiences.remove(seat);
    this.#leavePoll(seat);
  }

  /** Reads the room and shows what changed. A hint that comes meanwhile is looked after once more, however many come. */
  look(): Promise<void> {
    this.#hinted = true;
    this.#looking ??= this.#lookAgainAndAgain();
    return this.#looking;
  }

  /** A socket has room again. Once it has read everything that waited, it gets the newest and follows the others. */
  drained(viewer: Viewer): void {
    const seat = this.#seats.get(viewer);
    if (!seat || seat.behindSince === null || viewer.isBehind()) return;
    this.#audiences.catchUp(seat);
    this.#tell(seat, seat.host, undefined).then(
      (isIn) => isIn && this.#follow(seat),
      (trouble: unknown) => this.#ports.onTrouble("catch a slow viewer of a room up", trouble),
    );
  }

  /** The room is no more: everybody is told, also whoever does not keep up, and nobody is at its poll any longer. */
  end(): void {
    const { roomId } = this.#room;
    const message = { type: "ROOM_SYSTEM", data: { roomId, event: "removed" } } as const;
    this.#audiences.publishToAll(message, this.#ports.clock());
    this.#audiences.sendToThoseBehind(message);
    for (const { viewer, isTold } of [...this.#seats.values()]) {
      if (!isTold) viewer.send(message);
      this.leave(viewer);
    }
    this.stop();
  }

  stop(): void {
    this.#stopReconciling();
  }

  /** Sends one seat the room as it is; `false`: it was left meanwhile. */
  async #tell(seat: RoomSeat, host: boolean, id: string | undefined): Promise<boolean> {
    let room: Room;
    let data: RoomUpdate;
    do {
      room = this.#room;
      data = await this.#describe(room, host || seat.host);
      // What was published meanwhile went to those who were in their places.
    } while (room !== this.#room);
    if (this.#seats.get(seat.viewer) !== seat) return false;
    seat.host ||= host;
    seat.isTold = true;
    this.#audiences.place(seat);
    seat.viewer.send({ type: "ROOM_UPDATE", data, ...(id !== undefined && { id }) });
    return true;
  }

  async #lookAgainAndAgain(): Promise<void> {
    try {
      while (this.#hinted) {
        this.#hinted = false;
        const room = await this.#ports.rooms.read(this.#room.roomId);
        if (!room || room.removing) return this.#onGone();
        if (this.#isNews(room)) await this.#show(room);
        else for (const seat of this.#seats.values()) this.#follow(seat);
      }
    } finally {
      // In the same turn as the last look at the hint: one that comes after it begins anew.
      this.#looking = null;
    }
  }

  /**
   * An older one is a copy that was read while the ledger is away. Of one `seq` the other is news: without a ledger a failover
   * may lose a step, and the host's next one has its number.
   */
  #isNews(room: Room): boolean {
    const { seq } = this.#room;
    return room.seq > seq || (room.seq === seq && !Bun.deepEquals(room, this.#room));
  }

  /** `ROOM_UPDATE` to everybody, encoded once per audience, then everybody to the poll that it names. */
  async #show(room: Room): Promise<void> {
    const frames = new Map<boolean, string>();
    // Whoever takes a place while a text is read may be the first host.
    for (let host = this.#lacking(frames); host !== null; host = this.#lacking(frames)) {
      frames.set(host, encode({ type: "ROOM_UPDATE", data: await this.#describe(room, host) }));
    }
    this.#room = room;
    this.#audiences.publishToEach((audience) => frames.get(audience === "host") ?? "", this.#ports.clock());
    for (const seat of this.#seats.values()) this.#follow(seat);
  }

  #lacking(frames: ReadonlyMap<boolean, string>): boolean | null {
    return [...this.#seats.values()].find(({ isTold, host }) => isTold && !frames.has(host))?.host ?? null;
  }

  #describe(room: Room, host: boolean): Promise<RoomUpdate> {
    const { definitions, clock } = this.#ports;
    return roomUpdate(definitions, room, host, clock());
  }

  /** Takes a seat along to where the room is. One that is behind comes when it has drained. */
  #follow(seat: RoomSeat): void {
    const isReady = seat.isTold && seat.behindSince === null;
    if (isReady && (seat.isLost || seat.at !== this.#room.current)) this.#join(seat);
  }

  #join(seat: RoomSeat): void {
    const { current, roomId } = this.#room;
    const { viewer } = seat;
    if (seat.at !== current) this.#leavePoll(seat);
    seat.isLost = false;
    if (current === null) return;
    seat.at = current;
    viewer.lastJoined = current;
    const { livePolls, onTrouble } = this.#ports;
    livePolls.join(viewer, current, undefined, undefined, Promise.resolve(seat.host), "room").then(
      (refusal) => {
        if (refusal && seat.at === current) viewer.send({ type: "ERROR", data: { ...refusal, roomId } });
      },
      (trouble: unknown) => {
        if (seat.at === current) seat.isLost = true;
        onTrouble("join the poll of a room", trouble);
      },
    );
  }

  #leavePoll(seat: RoomSeat): void {
    const { viewer, at } = seat;
    seat.at = null;
    if (at === null) return;
    const left = this.#ports.livePolls.leaveWithRoom(viewer, at);
    if (left && viewer.lastJoined === at) viewer.lastJoined = null;
  }
}
