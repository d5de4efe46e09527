import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Room } from "../../server/app/room.ts";
import type { RoomStore } from "../../server/app/room-ports.ts";
import { newPollId, newRoomId } from "../../shared/ids.ts";
import { roomOf, stepOf } from "../support/room-fixtures.ts";

/** The stores of two nodes over the same record; embedded there is one node, so both are the same. */
export interface RoomBench {
  readonly store: RoomStore;
  readonly other: RoomStore;
  /** Stops and starts. */
  reopen(): Promise<void>;
  dispose(): Promise<void>;
}

interface NodeOfRooms {
  readonly store: RoomStore;
  close(): unknown;
}

/** Two nodes over the same record, as `open` makes them. */
export async function twoNodesOfRooms(open: () => NodeOfRooms | Promise<NodeOfRooms>): Promise<RoomBench> {
  let [one, other] = [await open(), await open()];
  const close = async () => {
    await Promise.all([one.close(), other.close()]);
  };
  return {
    get store() {
      return one.store;
    },
    get other() {
      return other.store;
    },
    async reopen() {
      await close();
      [one, other] = [await open(), await open()];
    },
    dispose: close,
  };
}

const CALLERS = 20;

interface Tools {
  readonly bench: () => RoomBench;
  readonly race: <Answer>(call: (store: RoomStore, caller: number) => Promise<Answer>) => Promise<Answer[]>;
  readonly made: (parts?: Partial<Room>) => Promise<Room>;
}

/** What every adapter of the `RoomStore` port promises. */
export function roomStoreContract(name: string, open: () => Promise<RoomBench>): void {
  describe(`rooms, ${name}`, () => {
    let bench: RoomBench;
    beforeEach(async () => {
      bench = await open();
    });
    afterEach(() => bench.dispose());

    const tools: Tools = {
      bench: () => bench,
      race: (call) =>
        Promise.all(
          Array.from({ length: CALLERS }, (_, caller) =>
            call(caller % 2 ? bench.other : bench.store, caller),
          ),
        ),
      async made(parts = {}) {
        const room = roomOf(parts);
        expect(await bench.store.create(room)).toBe("created");
        return room;
      },
    };
    describe("made", () => makingRules(tools));
    describe("steered", () => steeringRules(tools));
    describe("removed", () => removalRules(tools));
  });
}

function makingRules({ bench, race, made }: Tools): void {
  test("[Q40] a room is read as it was made, on every node, also after a restart", async () => {
    const room = await made();
    expect(await bench().store.read(room.roomId)).toEqual(room);
    expect(await bench().other.read(room.roomId)).toEqual(room);
    await bench().reopen();
    expect(await bench().store.read(room.roomId)).toEqual(room);
    expect(await bench().store.read(newRoomId())).toBeNull();
  });

  test("[Q40] a room keeps whatever title and however many polls it has", async () => {
    const title = `"]}{\\ \u0000 \ud800 ${"é".repeat(100)} 👩‍👩‍👧`;
    const polls = Array.from({ length: 100 }, (_, index) => ({
      pollId: newPollId(),
      asked: index % 2 === 0,
    }));
    const room = await made({ title, polls, current: polls[3]?.pollId ?? null });
    expect(await bench().other.read(room.roomId)).toEqual(room);
    const next = { ...stepOf(room, 5), removing: true } as const;
    expect(await bench().other.replace(next)).toBe("done");
    expect(await bench().store.read(room.roomId)).toEqual(next);
  });

  test("[Q41] of 20 who take one code at once, exactly one has it", async () => {
    const roomId = newRoomId();
    const rooms = Array.from({ length: CALLERS }, (_, caller) => roomOf({ roomId, title: `Room ${caller}` }));
    const answers = await race((store, caller) => store.create(rooms[caller] ?? roomOf()));
    expect(answers.filter((answer) => answer === "created")).toHaveLength(1);
    expect(await bench().store.read(roomId)).toEqual(rooms[answers.indexOf("created")] ?? null);
  });

  test("[Q41] making the same room again is no second one", async () => {
    const room = await made();
    expect(await bench().other.create(room)).toBe("created");
    await bench().store.replace(stepOf(room));
    expect(await bench().store.create(room)).toBe("taken");
    expect(await bench().store.read(room.roomId)).toEqual(stepOf(room));
  });
}

function steeringRules({ bench, race, made }: Tools): void {
  test("[Q42] steps follow one another on whichever node, and stand after a restart", async () => {
    const room = await made();
    const [first, second] = [stepOf(room, 0), stepOf(stepOf(room, 0), 1)];
    expect(await bench().store.replace(first)).toBe("done");
    expect(await bench().other.replace(second)).toBe("done");
    expect(await bench().store.read(room.roomId)).toEqual(second);
    await bench().reopen();
    expect(await bench().store.read(room.roomId)).toEqual(second);
  });

  test("[Q42] the same step done twice is done, and changes nothing", async () => {
    const room = await made();
    const next = stepOf(room);
    expect(await bench().store.replace(next)).toBe("done");
    expect(await bench().other.replace(next)).toBe("done");
    expect(await bench().store.read(room.roomId)).toEqual(next);
  });

  test("[Q42] a step that does not follow on what stands is a conflict, and changes nothing", async () => {
    const room = await made();
    const standing = stepOf(room, 0);
    await bench().store.replace(standing);
    const late = stepOf(room, 1);
    const early = { ...standing, seq: standing.seq + 2 };
    for (const step of [room, late, early]) expect(await bench().other.replace(step)).toBe("conflict");
    expect(await bench().store.read(room.roomId)).toEqual(standing);
  });

  test("[Q42] of 20 steps from one state, exactly one is done", async () => {
    const room = await made();
    const steps = Array.from({ length: CALLERS }, (_, caller) => ({
      ...stepOf(room),
      title: `Step ${caller}`,
    }));
    const answers = await race((store, caller) => store.replace(steps[caller] ?? room));
    expect(answers.filter((answer) => answer === "done")).toHaveLength(1);
    expect(answers.filter((answer) => answer === "conflict")).toHaveLength(CALLERS - 1);
    expect(await bench().other.read(room.roomId)).toEqual(steps[answers.indexOf("done")] ?? null);
  });

  test("[Q42] nobody steers a room that is not there", async () => {
    const room = roomOf();
    expect(await bench().store.replace(room)).toBe("absent");
    expect(await bench().store.replace(stepOf(room))).toBe("absent");
    expect(await bench().store.read(room.roomId)).toBeNull();
  });
}

function removalRules({ bench, made }: Tools): void {
  test("[Q43] a removed room is gone for good, on every node, and its code is used up", async () => {
    const room = await made();
    await bench().store.replace(stepOf(room));
    await bench().other.remove(room.roomId);
    const isGone = async () => {
      expect(await bench().store.read(room.roomId)).toBeNull();
      expect(await bench().other.read(room.roomId)).toBeNull();
      for (const step of [stepOf(room), stepOf(stepOf(room), 1)]) {
        expect(await bench().store.replace(step)).toBe("absent");
      }
      expect(await bench().store.create(room)).toBe("taken");
      expect(await bench().store.create(roomOf({ roomId: room.roomId }))).toBe("taken");
    };
    await isGone();
    await bench().reopen();
    await isGone();
  });

  test("[Q43] removing what was removed, or never was, harms nobody", async () => {
    const [room, bystander] = [await made(), await made()];
    await bench().store.remove(room.roomId);
    await bench().other.remove(room.roomId);
    await bench().store.remove(newRoomId());
    expect(await bench().store.read(bystander.roomId)).toEqual(bystander);
    expect(await bench().other.read(room.roomId)).toBeNull();
  });
}
