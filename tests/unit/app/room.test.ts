import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Room, type RoomStep, roomNotFoundRefusal, steerRoom } from "../../../server/app/room.ts";
import { newPollId, newRoomId, type PollId } from "../../../shared/ids.ts";
import { MAX_ROOM_POLLS } from "../../../shared/limits.ts";
import { isRefusal, type Refusal } from "../../../shared/refusals.ts";
import { NOON } from "../../support/fixtures.ts";

const [A, B, C, D] = [newPollId(), newPollId(), newPollId(), newPollId()];
const EMPTY: Room = {
  roomId: newRoomId(),
  title: "",
  polls: [],
  current: null,
  seq: 1,
  hostKeyHash: "0".repeat(64),
  createdAt: NOON,
};
const roomOf = (...pollIds: PollId[]): Room => ({
  ...EMPTY,
  polls: pollIds.map((pollId) => ({ pollId, asked: false })),
});

const orderOf = (room: Room) => room.polls.map(({ pollId }) => pollId);
const askedOf = (room: Room) => room.polls.filter(({ asked }) => asked).map(({ pollId }) => pollId);

function stepped(room: Room, step: RoomStep): Room {
  const next = steerRoom(room, step);
  if (next === "unchanged" || isRefusal(next)) throw new Error(`Not done: ${JSON.stringify(next)}`);
  return next;
}

function refused(room: Room, step: RoomStep): Refusal {
  const next = steerRoom(room, step);
  if (next === "unchanged" || !isRefusal(next)) throw new Error(`Not refused: ${JSON.stringify(next)}`);
  return next;
}

const anyPoll = fc.constantFrom(A, B, C, D);
const anyStep: fc.Arbitrary<RoomStep> = fc.oneof(
  anyPoll.map((pollId) => ({ action: "go", pollId }) as const),
  fc.record({ action: fc.constant("add" as const), pollId: anyPoll, after: fc.option(anyPoll) }),
  anyPoll.map((pollId) => ({ action: "drop", pollId }) as const),
  fc.record(
    {
      action: fc.constant("rewrite" as const),
      title: fc.constantFrom("", "A lesson"),
      polls: fc.array(anyPoll, { maxLength: 5 }),
    },
    { requiredKeys: ["action"] },
  ),
  fc.constant({ action: "remove" } as const),
);

test("[Q1][Q2] whatever steps come, a room stays whole: each question once, at one of them or none, seq by one", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      let room = EMPTY;
      for (const step of steps) {
        const before = structuredClone(room);
        const next = steerRoom(room, step);
        expect(room).toEqual(before);
        if (next === "unchanged" || isRefusal(next)) continue;
        expect(next.seq).toBe(room.seq + 1);
        expect(new Set(orderOf(next)).size).toBe(next.polls.length);
        if (next.current !== null) expect(askedOf(next)).toContain(next.current);
        // What everybody has been at stays in everybody's list, unless it is dropped.
        const dropped = step.action === "drop" ? [step.pollId] : [];
        const lost = askedOf(room).filter((pollId) => !askedOf(next).includes(pollId));
        expect(dropped).toEqual(expect.arrayContaining(lost));
        // A repeated click, or a retry, is harmless.
        expect(steerRoom(next, step)).toBe("unchanged");
        room = next;
      }
    }),
  );
});

test("[Q3] a room goes to any of its questions, also back, and each it was at has been asked", () => {
  const there = stepped(roomOf(A, B, C), { action: "go", pollId: C });
  expect([there.current, askedOf(there)]).toEqual([C, [C]]);
  const back = stepped(there, { action: "go", pollId: A });
  expect([back.current, askedOf(back), orderOf(back)]).toEqual([A, [A, C], [A, B, C]]);
  expect(refused(back, { action: "go", pollId: D })).toMatchObject({
    code: "POLL_NOT_FOUND",
    roomId: EMPTY.roomId,
    pollId: D,
  });
});

test("[Q4] a question is put after another or at the end, and a full room takes none", () => {
  const add = (after: PollId | null) => stepped(roomOf(A, B), { action: "add", pollId: C, after });
  expect(orderOf(add(A))).toEqual([A, C, B]);
  expect(orderOf(add(null))).toEqual([A, B, C]);
  expect(refused(roomOf(A), { action: "add", pollId: C, after: D }).code).toBe("POLL_NOT_FOUND");
  const full = roomOf(...Array.from({ length: MAX_ROOM_POLLS }, newPollId));
  expect(refused(full, { action: "add", pollId: A, after: null }).code).toBe("NOT_SUPPORTED");
});

test("[Q5] a room whose question is dropped is at none; dropping another leaves everybody where they are", () => {
  const at = stepped(roomOf(A, B), { action: "go", pollId: A });
  expect(stepped(at, { action: "drop", pollId: A })).toMatchObject({ current: null });
  expect(stepped(at, { action: "drop", pollId: B })).toMatchObject({ current: A });
});

test("[Q6] an order names every question once; one that does not was made of an older room", () => {
  const room = stepped(roomOf(A, B, C), { action: "go", pollId: B });
  const turned = stepped(room, { action: "rewrite", polls: [C, B, A] });
  expect([orderOf(turned), turned.current, askedOf(turned)]).toEqual([[C, B, A], B, [B]]);
  for (const polls of [[], [A, B], [A, B, D], [A, B, B], [A, B, C, D], [A, B, C, C]]) {
    expect(refused(room, { action: "rewrite", polls }).code).toBe("CONFLICT");
  }
  expect(stepped(room, { action: "rewrite", title: "A lesson" })).toMatchObject({
    title: "A lesson",
    polls: room.polls,
  });
});

test("[Q9] once its removal has begun a room takes no step but that again", () => {
  const removing = stepped(roomOf(A, B), { action: "remove" });
  const steps: RoomStep[] = [
    { action: "go", pollId: A },
    { action: "add", pollId: C, after: null },
    { action: "drop", pollId: A },
    { action: "rewrite", title: "Still there?" },
  ];
  for (const step of steps) expect(refused(removing, step)).toEqual(roomNotFoundRefusal(EMPTY.roomId));
  expect(orderOf(removing)).toEqual([A, B]);
});
