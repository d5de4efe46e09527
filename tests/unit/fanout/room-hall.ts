import { Definitions } from "../../../server/app/definitions.ts";
import { Outage } from "../../../server/app/outage.ts";
import { draftControl } from "../../../server/app/poll.ts";
import type { PollStore } from "../../../server/app/ports.ts";
import { type Room, type RoomStep, steerRoom } from "../../../server/app/room.ts";
import type { RoomStore } from "../../../server/app/room-ports.ts";
import { LiveRooms } from "../../../server/fanout/live-rooms.ts";
import { LocalRoomBus } from "../../../server/fanout/local-room-bus.ts";
import { openDatabase } from "../../../server/store/embedded/database.ts";
import { EmbeddedRoomStore } from "../../../server/store/embedded/embedded-room-store.ts";
import { newRoomId, type PollId, type RoomId } from "../../../shared/ids.ts";
import { isRefusal } from "../../../shared/refusals.ts";
import { dataFolder } from "../../contract/embedded-harness.ts";
import { auditOf, definitionOf, NOON } from "../../support/fixtures.ts";
import { Hall, SeatedViewer } from "./hall.ts";

/** Live rooms on a real store, over the live polls of a hall. `await using` takes it down. */
export class RoomHall implements AsyncDisposable {
  readonly hall: Hall;
  readonly liveRooms: LiveRooms;
  readonly rooms: EmbeddedRoomStore;
  /** How often a room was read. */
  reads = 0;
  /** The store answers nobody. */
  isAway = false;
  /** What is waited for before the text of a poll is read. */
  beforeReadingText: ((pollId: PollId) => Promise<void>) | null = null;
  /** Hints are lost. */
  isSilent = false;
  readonly #bus = new LocalRoomBus();
  readonly #close: () => Promise<void>;

  private constructor(hall: Hall, folder: AsyncDisposable & { readonly directory: string }) {
    const database = openDatabase(folder.directory);
    this.hall = hall;
    this.rooms = new EmbeddedRoomStore(database);
    this.liveRooms = new LiveRooms(this.#bus, {
      rooms: { read: (roomId) => this.#read(roomId) },
      definitions: new Definitions(this.#polls()),
      livePolls: hall.livePolls,
      clock: hall.clock.now,
      publisher: hall,
      onTrouble: (doing, trouble) => hall.troubles.push(`${doing}: ${trouble}`),
    });
    this.#close = async () => {
      this.liveRooms.stop();
      database.close(true);
      await hall[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    };
  }

  static async open(): Promise<RoomHall> {
    return new RoomHall(await Hall.open(), await dataFolder());
  }

  /** A room with so many questions: the first open, the others drafts. Nobody is at any yet. */
  async room(count: number): Promise<{ readonly roomId: RoomId; readonly polls: readonly PollId[] }> {
    const roomId = newRoomId();
    const polls: PollId[] = [];
    for (let number = 1; number <= count; number++) {
      const parts = { roomId, question: `Question ${number}?` };
      const poll = number === 1 ? await this.hall.poll(parts) : await this.#draft(parts);
      polls.push(poll.pollId);
    }
    const room: Room = {
      roomId,
      title: "",
      polls: polls.map((pollId) => ({ pollId, asked: false })),
      current: null,
      seq: 1,
      hostKeyHash: "0".repeat(64),
      createdAt: NOON,
    };
    await this.rooms.create(room);
    return { roomId, polls };
  }

  async enter(roomId: RoomId, viewer = new SeatedViewer(), owner = false): Promise<SeatedViewer> {
    this.hall.admit(viewer);
    await this.liveRooms.join(viewer, roomId, undefined, undefined, Promise.resolve(owner));
    return viewer;
  }

  /** A host's step, on whatever node. */
  async step(roomId: RoomId, step: RoomStep): Promise<void> {
    const room = await this.rooms.read(roomId);
    const next = room && steerRoom(room, step);
    if (!next || next === "unchanged" || isRefusal(next)) throw new Error(`No step: ${JSON.stringify(next)}`);
    await this.rooms.replace(next);
    if (!this.isSilent) this.#bus.tell(roomId);
  }

  async #draft(parts: Parameters<typeof definitionOf>[0]) {
    const definition = definitionOf(parts);
    await this.hall.store.create(definition, draftControl(definition.settings), auditOf("created"));
    return definition;
  }

  /** The real store, in whose reading a test may let something happen. */
  #polls(): PollStore {
    return new Proxy<PollStore>(this.hall.store, {
      get: (target, name: keyof PollStore) => {
        if (name !== "read") return target[name].bind(target);
        return async (pollId: PollId) => {
          await this.beforeReadingText?.(pollId);
          return target.read(pollId);
        };
      },
    });
  }

  async #read(...asked: Parameters<RoomStore["read"]>): Promise<Room | null> {
    this.reads += 1;
    if (this.isAway) throw new Outage("the store", 1_000, null);
    return this.rooms.read(...asked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
