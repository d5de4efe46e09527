import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { initialScreen, reduceScreen, type ScreenState } from "../../../client/screen-state.ts";
import type { PollView, RoomUpdate, ServerMessage } from "../../../shared/messages.ts";
import { NOON } from "../../support/fixtures.ts";
import { anyView } from "./client-fixtures.ts";

/** A room's questions, each with the count that it has when everything has been heard. */
const questions: readonly PollView[] = ["One?", "Two?", "Three?", "Four?"].map((question, index) => {
  const { poll, results } = anyView();
  const { pollId } = poll;
  return {
    poll: { ...poll, question, roomId: "ABC123" },
    results: { ...results, pollId, participantCount: 10 + index },
  };
});

/** The room when it is at the question at `index`; `null`: before the first. */
function roomAt(index: number | null, parts: Partial<RoomUpdate> = {}): RoomUpdate {
  const asked = questions.slice(0, index === null ? 0 : index + 1);
  return {
    roomId: "ABC123",
    title: "All hands",
    current: index === null ? null : (questions[index]?.poll.pollId ?? null),
    polls: asked.map(({ poll }) => ({ pollId: poll.pollId, question: poll.question, asked: true })),
    position: index === null ? null : index + 1,
    total: questions.length,
    seq: index === null ? 1 : index + 2,
    serverTime: NOON,
    host: false,
    ...parts,
  };
}

const lobby = () => initialScreen({ room: roomAt(null), view: null });
const roomFrame = (data: RoomUpdate): ServerMessage => ({ type: "ROOM_UPDATE", data });
const heard = (state: ScreenState, ...frames: ServerMessage[]) =>
  frames.reduce((screen, message) => reduceScreen(screen, { type: "frame", message, at: NOON }), state);

/** What the server sends when the room moves to the question at `index`. */
function move(index: number): ServerMessage[] {
  const view = questions[index] as PollView; // there are four
  return [
    roomFrame(roomAt(index)),
    { type: "POLL_UPDATE", data: view.poll },
    { type: "RESULTS_UPDATE", data: view.results },
  ];
}

const shown = ({ room, poll }: ScreenState) => ({
  seq: room?.seq,
  question: poll?.poll.question,
  participants: poll?.results.participantCount,
});

describe("a room", () => {
  test("[U40] before the first question there is none; with the first it is there", () => {
    expect(lobby().poll).toBeNull();
    expect(shown(heard(lobby(), ...move(0)))).toEqual({ seq: 2, question: "One?", participants: 10 });
  });

  test("[U40] in whatever order the frames come, everybody ends at the newest question with its newest count", () => {
    const frames = [0, 1, 2, 3].flatMap(move);
    fc.assert(
      fc.property(fc.shuffledSubarray(frames, { minLength: frames.length }), (order) => {
        expect(shown(heard(lobby(), ...order))).toEqual({ seq: 5, question: "Four?", participants: 13 });
      }),
    );
  });

  test("[U40] twice the same and what is older than shown changes nothing", () => {
    const there = heard(lobby(), ...move(0), ...move(1), ...move(2));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...move(0), ...move(1), ...move(2)), { maxLength: 12 }),
        (late) => {
          expect(shown(heard(there, ...late))).toEqual(shown(there));
        },
      ),
    );
  });

  test("[U40] of two updates with the same number the later one stands, for it may say more", () => {
    const there = heard(lobby(), ...move(0));
    expect(heard(there, roomFrame(roomAt(0, { title: "Renamed" }))).room?.title).toBe("Renamed");
    const older = roomAt(0, { title: "Renamed", seq: 1 });
    expect(heard(there, roomFrame(older)).room?.title).toBe("All hands");
  });

  test("[U40] the question that stands stays until the next one is here, and a choice in it is not taken along", () => {
    const there = heard(lobby(), ...move(0));
    const chosen = reduceScreen(there, { type: "choose", optionIds: ["opt-2"] });
    const [toNext, question] = move(1) as [ServerMessage, ServerMessage];
    const waiting = heard(chosen, toNext);
    expect(waiting.poll?.poll.question).toBe("One?");
    const moved = heard(waiting, question);
    expect(moved.poll?.poll.question).toBe("Two?");
    expect(moved.poll?.ballot).toMatchObject({ phase: "none", optionIds: [] });
  });

  test("[U40] back at an earlier question it is shown as it is now, not as it was left", () => {
    const [, asked] = move(0) as [ServerMessage, ServerMessage];
    const after = heard(lobby(), ...move(0), ...move(1), asked);
    const back = heard(after, roomFrame(roomAt(0, { seq: 9 })));
    expect(back.poll?.poll.question).toBe("Two?");
    const hidden = { ...(questions[0] as PollView).poll, version: 500, visibility: "hidden" as const };
    const now = heard(back, { type: "POLL_UPDATE", data: hidden });
    expect([now.poll?.poll.question, now.poll?.results.results]).toEqual(["One?", null]);
  });

  test("[U40] a question that is taken out of the room leaves the lobby", () => {
    const there = heard(lobby(), ...move(0));
    expect(heard(there, roomFrame(roomAt(null, { seq: 9 }))).poll).toBeNull();
  });

  test("[U40] the end of the room is told; that of another room is not its business", () => {
    const there = heard(lobby(), ...move(0));
    const end = (roomId: string): ServerMessage => ({
      type: "ROOM_SYSTEM",
      data: { roomId, event: "removed" },
    });
    expect(heard(there, end("OTHER1")).removed).toBe(false);
    expect(heard(there, end("ABC123")).removed).toBe(true);
    const gone = { code: "ROOM_NOT_FOUND", message: "gone" } as const;
    expect(heard(there, { type: "ERROR", data: gone, id: "join" }).removed).toBe(true);
  });

  test("[U7] a poll alone takes no frame about another one", () => {
    const alone = initialScreen({ room: null, view: questions[0] as PollView });
    expect(heard(alone, ...move(1))).toEqual(alone);
  });
});

test("[R6] a drain is told; losing and regaining the connection keeps everything else", () => {
  const live = { ...heard(lobby(), ...move(0)), connection: "live" } as const;
  const draining = heard(live, { type: "RECONNECT", data: { afterMs: 10 } });
  expect(draining.connection).toBe("draining");
  const lost = reduceScreen(draining, { type: "connection", connection: "reconnecting" });
  expect(reduceScreen(lost, { type: "connection", connection: "live" })).toEqual(live);
});
