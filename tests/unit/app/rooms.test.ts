/** What is done with rooms, on the stores of an embedded node. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { askAgain } from "../../../server/app/ask-again.ts";
import { createPoll } from "../../../server/app/create-poll.ts";
import { createRoom } from "../../../server/app/create-room.ts";
import { Definitions } from "../../../server/app/definitions.ts";
import { Outage } from "../../../server/app/outage.ts";
import { claimPoll, claimRoom, listOwnPolls, ownAlike, ownNewRoom } from "../../../server/app/own-polls.ts";
import { readRoom } from "../../../server/app/read-room.ts";
import { removeRoom } from "../../../server/app/remove-room.ts";
import { rewriteRoom } from "../../../server/app/rewrite-room.ts";
import { addPoll, dropPoll, goTo, removePoll } from "../../../server/app/room-polls.ts";
import { steerPoll } from "../../../server/app/steer-poll.ts";
import type { RoomPorts } from "../../../server/app/steer-room.ts";
import { LocalRoomBus } from "../../../server/fanout/local-room-bus.ts";
import type { PollId } from "../../../shared/ids.ts";
import {
  begun,
  codeOf,
  type HostBench,
  interrupted,
  openHostBench,
  signedUp,
} from "../../support/host-bench.ts";

let bench: HostBench;
let ports: RoomPorts;
beforeAll(async () => {
  bench = await openHostBench();
  ports = { ...bench, owners: bench.accounts, roomBus: new LocalRoomBus() };
});
afterAll(() => bench[Symbol.asyncDispose]());

const text = (question: string) => ({ question, options: ["Yes", "No"] });

async function newRoom(...questions: string[]) {
  const { room, hostKey } = begun(await createRoom(ports, { polls: questions.map(text) }));
  const [first, second, third] = room.polls.map(({ pollId }) => pollId);
  if (!first) throw new Error("A room of these tests has a question.");
  return { roomId: room.roomId, claim: { hostKey }, first, second: second ?? first, third: third ?? first };
}

const statusOf = async (pollId: PollId) => (await bench.polls.read(pollId))?.control.status;
const orderOf = (room: { readonly polls: readonly { readonly pollId: PollId }[] } | null) =>
  room?.polls.map(({ pollId }) => pollId);
const away = () => Promise.reject(new Outage("the store", 1_000, null));

test("[Q1][Q7] a room is made with its polls as drafts, which have its key and know their room", async () => {
  const { roomId, claim, first, second } = await newRoom("First?", "Second?");
  const room = await bench.rooms.read(roomId);
  expect(room).toMatchObject({ current: null, polls: [{ pollId: first, asked: false }, { pollId: second }] });
  for (const pollId of [first, second]) {
    const poll = await bench.polls.read(pollId);
    expect(poll).toMatchObject({
      definition: { roomId, hostKeyHash: room?.hostKeyHash },
      control: { status: "draft" },
    });
    expect(codeOf(await steerPoll(ports, pollId, { action: "hide" }, claim))).toBeNull();
    expect(codeOf(await steerPoll(ports, pollId, { action: "hide" }, { hostKey: "another" }))).toBe(
      "NOT_ALLOWED",
    );
  }
});

test("[Q7] one bad poll among good ones is named by its place, and nothing is kept", async () => {
  const rooms = interrupted(bench.rooms, "create", () => Promise.reject(new Error("A room was kept.")));
  const bad = { question: "Twice?", options: ["Yes", "Yes"] };
  const polls = [text("First?"), bad, { question: "One?", options: ["Only"] }];
  const refused = await createRoom({ ...ports, rooms }, { polls });
  expect(refused).toMatchObject({
    code: "BAD_MESSAGE",
    errors: [{ path: "polls.1.options.1" }, { path: "polls.2.options" }],
  });
});

test("[Q3] going to a draft opens it, unless it is not to; leaving a question does not close it", async () => {
  const { roomId, claim, first, second, third } = await newRoom("First?", "Second?", "Third?");
  expect(await goTo(ports, roomId, { pollId: first }, claim)).toMatchObject({ current: first });
  expect(await statusOf(first)).toBe("open");
  await goTo(ports, roomId, { pollId: second, open: false }, claim);
  expect([await statusOf(first), await statusOf(second), await statusOf(third)]).toEqual([
    "open",
    "draft",
    "draft",
  ]);
  const once = await goTo(ports, roomId, { pollId: second }, claim);
  expect(await statusOf(second)).toBe("open");
  expect(await goTo(ports, roomId, { pollId: second }, claim)).toEqual(once);
  await steerPoll(ports, first, { action: "close" }, claim);
  expect(await goTo(ports, roomId, { pollId: first }, claim)).toMatchObject({ current: first });
  expect(await statusOf(first)).toBe("closed");
});

test("[Q3] nobody goes to what is not in the room, or without its key, and nothing opens on the way", async () => {
  const [one, other] = [await newRoom("Here?"), await newRoom("There?")];
  expect(codeOf(await goTo(ports, one.roomId, { pollId: other.first }, one.claim))).toBe("POLL_NOT_FOUND");
  expect(codeOf(await goTo(ports, other.roomId, { pollId: other.first }, one.claim))).toBe("NOT_ALLOWED");
  expect(await statusOf(other.first)).toBe("draft");
});

test("[Q15] a move that breaks off leaves an open poll nobody is at; going again makes it good", async () => {
  const { roomId, claim, first } = await newRoom("First?");
  const broken = { ...ports, rooms: interrupted(bench.rooms, "replace", away) };
  await expect(goTo(broken, roomId, { pollId: first }, claim)).rejects.toBeInstanceOf(Outage);
  expect([await statusOf(first), (await bench.rooms.read(roomId))?.current]).toEqual(["open", null]);
  expect(await goTo(ports, roomId, { pollId: first }, claim)).toMatchObject({ current: first });
});

test("[Q2] of two hosts who step at once both steps are done, one judged on the other", async () => {
  const { roomId, claim, first, second } = await newRoom("First?", "Second?");
  let raced = false;
  const rooms = interrupted(bench.rooms, "replace", async () => {
    if (raced) return;
    raced = true;
    await goTo(ports, roomId, { pollId: second }, claim);
  });
  const room = await goTo({ ...ports, rooms }, roomId, { pollId: first }, claim);
  expect(room).toMatchObject({ current: first, seq: 4 });
  expect(await bench.rooms.read(roomId)).toMatchObject({ polls: [{ asked: true }, { asked: true }] });
});

test("[Q4] a poll is added as a draft where it was wanted; what is refused leaves nothing behind", async () => {
  const { roomId, claim, first, second } = await newRoom("First?", "Second?");
  const added = begun(await addPoll(ports, roomId, { ...text("Between?"), after: first }, claim));
  const { pollId } = added.poll.definition;
  expect(orderOf(added.room)).toEqual([first, pollId, second]);
  expect(added.poll).toMatchObject({ definition: { roomId }, control: { status: "draft" } });
  const polls = interrupted(bench.polls, "create", () => Promise.reject(new Error("A poll was made.")));
  const add = (parts: object, who = claim) =>
    addPoll({ ...ports, polls }, roomId, { ...text("Refused?"), ...parts }, who);
  expect(codeOf(await add({}, { hostKey: "another" }))).toBe("NOT_ALLOWED");
  expect(codeOf(await add({ after: (await newRoom("Elsewhere?")).first }))).toBe("POLL_NOT_FOUND");
  expect(codeOf(await add({ options: ["Only"] }))).toBe("BAD_MESSAGE");
});

test("[Q4] a poll that was added while its room went is taken away again", async () => {
  const { roomId, claim } = await newRoom("First?");
  const made: PollId[] = [];
  const polls = interrupted(bench.polls, "create", async () => void (await removeRoom(ports, roomId, claim)));
  const watched = new Proxy(polls, {
    get: (target, name) =>
      name === "create"
        ? (...parts: Parameters<typeof polls.create>) => {
            made.push(parts[0].pollId);
            return polls.create(...parts);
          }
        : Reflect.get(target, name),
  });
  const refused = await addPoll({ ...ports, polls: watched }, roomId, text("Too late?"), claim);
  expect(codeOf(refused)).toBe("ROOM_NOT_FOUND");
  expect(made).toHaveLength(1);
  for (const pollId of made) expect(await bench.polls.read(pollId)).toBeNull();
});

test("[Q5] a dropped poll is out of the list and gone; dropping again finishes what broke off", async () => {
  const { roomId, claim, first, second, third } = await newRoom("First?", "Second?", "Third?");
  await goTo(ports, roomId, { pollId: first }, claim);
  const polls = interrupted(bench.polls, "steer", away);
  await expect(dropPoll({ ...ports, polls }, roomId, first, claim)).rejects.toBeInstanceOf(Outage);
  expect(await bench.rooms.read(roomId)).toMatchObject({
    current: null,
    polls: [{ pollId: second }, { pollId: third }],
  });
  expect(codeOf(await dropPoll(ports, roomId, first, claim))).toBeNull();
  expect(await bench.polls.read(first)).toBeNull();
  expect(codeOf(await dropPoll(ports, roomId, first, claim))).toBeNull();
  // By its own code, as any poll.
  expect(await removePoll(ports, second, claim)).toBeNull();
  expect([orderOf(await bench.rooms.read(roomId)), await bench.polls.read(second)]).toEqual([[third], null]);
});

test("[Q5] a room drops no poll that is another's, also where one account owns both", async () => {
  const { accountId } = (await signedUp(bench)).account;
  const [one, other] = [await newRoom("Here?"), await newRoom("There?")];
  for (const { roomId, claim } of [one, other]) await claimRoom(bench, accountId, roomId, claim.hostKey);
  const claim = { hostKey: undefined, account: accountId };
  expect(codeOf(await dropPoll(ports, one.roomId, other.first, claim))).toBe("POLL_NOT_FOUND");
  expect(await statusOf(other.first)).toBe("draft");
});

test("[Q6] an order may leave out what is gone by itself: no picture shows it", async () => {
  const { roomId, claim, first, second, third } = await newRoom("First?", "Second?", "Third?");
  await steerPoll(ports, second, { action: "remove" }, claim);
  const turned = await rewriteRoom(ports, roomId, { polls: [third, first] }, claim);
  expect(turned).toMatchObject({ polls: [{ pollId: third }, { pollId: first }, { pollId: second }] });
  expect(codeOf(await rewriteRoom(ports, roomId, { polls: [third] }, claim))).toBe("CONFLICT");
});

test("[Q9] a removal that breaks off anywhere is finished by removing again, and meanwhile nobody finds the room", async () => {
  const { accountId } = (await signedUp(bench)).account;
  const breaks: ((from: RoomPorts) => RoomPorts)[] = [
    (from) => ({ ...from, polls: interrupted(bench.polls, "steer", away) }),
    (from) => ({ ...from, rooms: interrupted(bench.rooms, "remove", away) }),
  ];
  for (const broken of breaks) {
    const { roomId, claim, first, second } = await newRoom("First?", "Second?");
    await expect(removeRoom(broken(ports), roomId, claim)).rejects.toBeInstanceOf(Outage);
    const reading = { ...ports, definitions: new Definitions(bench.polls) };
    for (const answer of [
      await goTo(ports, roomId, { pollId: first }, claim),
      await readRoom(reading, roomId, { ...claim, voter: null }),
      await claimRoom(bench, accountId, roomId, claim.hostKey),
    ]) {
      expect(codeOf(answer)).toBe("ROOM_NOT_FOUND");
    }
    expect(codeOf(await removeRoom(ports, roomId, { hostKey: "another" }))).toBe("NOT_ALLOWED");
    expect(await removeRoom(ports, roomId, claim)).toBeNull();
    for (const pollId of [first, second]) expect(await bench.polls.read(pollId)).toBeNull();
    expect(await bench.rooms.read(roomId)).toBeNull();
    expect(codeOf(await removeRoom(ports, roomId, claim))).toBe("ROOM_NOT_FOUND");
  }
});

test("[Q8] who makes a room while signed in owns it and its polls; those are not listed one by one", async () => {
  const [{ accountId }, stranger] = [(await signedUp(bench)).account, (await signedUp(bench)).account];
  const { room } = begun(await createRoom(ports, { polls: [text("First?")] }));
  expect(await ownNewRoom(bench, accountId, room)).toBe(true);
  const [poll] = room.polls;
  if (!poll) throw new Error("It has a poll.");
  const claim = { hostKey: undefined, account: accountId };
  expect(await goTo(ports, room.roomId, { pollId: poll.pollId }, claim)).toMatchObject({
    current: poll.pollId,
  });
  expect(codeOf(await steerPoll(ports, poll.pollId, { action: "hide" }, claim))).toBeNull();
  const other = { hostKey: undefined, account: stranger.accountId };
  expect(codeOf(await goTo(ports, room.roomId, { pollId: poll.pollId }, other))).toBe("NOT_ALLOWED");
  expect(codeOf(await steerPoll(ports, poll.pollId, { action: "reveal" }, other))).toBe("NOT_ALLOWED");
  const listed = async () => begun(await listOwnPolls(bench, accountId, 10)).items;
  expect(await listed()).toEqual([
    { own: { pollId: room.roomId, question: "First?", createdAt: room.createdAt }, poll: null },
  ]);
  await rewriteRoom(ports, room.roomId, { title: "Lesson 3" }, claim);
  expect(await listed()).toMatchObject([{ own: { question: "Lesson 3" } }]);
  // Whoever removes it disowns it; where that was lost, the list does.
  const accounts = interrupted(bench.accounts, "disown", away);
  expect(await removeRoom({ ...ports, owners: accounts }, room.roomId, claim)).toBeNull();
  expect(await bench.accounts.ownerOf(room.roomId)).toBe(accountId);
  expect(await listed()).toEqual([]);
  expect(await bench.accounts.ownerOf(room.roomId)).toBeNull();
});

test("[Q11] asked again: same text, settings and key, and it says what it follows; alone it is open at once", async () => {
  const { accountId } = (await signedUp(bench)).account;
  const settings = { allowChange: true, resultsVisibility: "afterClose" } as const;
  const { poll, hostKey } = begun(
    await createPoll(ports, { ...text("Still?"), durationSeconds: 60, settings }),
  );
  const before = poll.definition;
  await bench.accounts.own(accountId, before);
  bench.time.step(1_000);
  const again = begun(await askAgain(ports, before.pollId, { hostKey })).definition;
  const { pollId, createdAt, previousId } = again;
  expect([previousId, createdAt - before.createdAt, await statusOf(pollId)]).toEqual([
    before.pollId,
    1_000,
    "open",
  ]);
  expect(again).toEqual({ ...before, pollId, createdAt, previousId: before.pollId });
  expect(codeOf(await steerPoll(ports, pollId, { action: "close" }, { hostKey }))).toBeNull();
  expect(await ownAlike({ owners: bench.accounts }, before.pollId, again)).toBe(true);
  expect(await bench.accounts.ownerOf(pollId)).toBe(accountId);
  expect(codeOf(await askAgain(ports, before.pollId, { hostKey: "another" }))).toBe("NOT_ALLOWED");
});

test("[Q11] in a room what is asked again is a draft after the first time", async () => {
  const { roomId, claim, first, second } = await newRoom("First?", "Second?");
  await goTo(ports, roomId, { pollId: first }, claim);
  const { definition, control } = begun(await askAgain(ports, first, claim));
  expect([definition.roomId, definition.previousId, control.status]).toEqual([roomId, first, "draft"]);
  const again = definition.pollId;
  expect(orderOf(await bench.rooms.read(roomId))).toEqual([first, again, second]);
  // As after a lost answer: the one that waits. Once that has been asked, another.
  expect(begun(await askAgain(ports, first, claim)).definition.pollId).toBe(again);
  await goTo(ports, roomId, { pollId: again }, claim);
  expect(begun(await askAgain(ports, first, claim)).definition.pollId).not.toBe(again);
});

test("[Q11][Q10] what was never asked has no second time: its copy does not give its code away", async () => {
  const { roomId, claim, first, second } = await newRoom("First?", "Second?");
  const copy = begun(await askAgain(ports, second, claim)).definition;
  expect(copy).toMatchObject({ question: "Second?", roomId });
  expect("previousId" in copy).toBe(false);
  await goTo(ports, roomId, { pollId: first }, claim);
  const again = begun(await askAgain(ports, first, claim)).definition;
  // A copy of what is to be asked again follows the same as that.
  expect(begun(await askAgain(ports, again.pollId, claim)).definition.previousId).toBe(first);
});

test("[Q8] a question of a room is claimed with the room, never by itself", async () => {
  const { accountId } = (await signedUp(bench)).account;
  const { roomId, claim, first } = await newRoom("First?");
  const refused = await claimPoll(bench, accountId, first, claim.hostKey);
  expect(refused).toMatchObject({ code: "CONFLICT", pollId: first, roomId });
  expect(codeOf(await claimPoll(bench, accountId, first, "another"))).toBe("NOT_ALLOWED");
  expect(begun(await listOwnPolls(bench, accountId, 10)).items).toEqual([]);
  begun(await claimRoom(bench, accountId, roomId, claim.hostKey));
  expect(
    codeOf(await steerPoll(ports, first, { action: "hide" }, { hostKey: undefined, account: accountId })),
  ).toBeNull();
});
