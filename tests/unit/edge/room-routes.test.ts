import { expect, test } from "bun:test";
import type { PollView, RoomUpdate, RoomView } from "../../../shared/messages.ts";
import { newPerson } from "../../support/cookie-browser.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { type Edge, type MadeRoom, startEdge } from "../../support/start-edge.ts";

const read = async (edge: Edge, { path }: MadeRoom, headers: Record<string, string> = {}) =>
  (await (await edge.call(path, { headers })).json()) as RoomView;

async function go(
  edge: Edge,
  { path, host }: MadeRoom,
  pollId: string | undefined,
  more = {},
): Promise<RoomView> {
  const answer = await edge.send("POST", `${path}/go`, { pollId, ...more }, host);
  expect(answer.status).toBe(200);
  return (await answer.json()) as RoomView;
}

const questions = ({ room }: { readonly room: RoomUpdate }) => room.polls.map(({ question }) => question);

test("[Q1][Q7] a room is made with its drafts, and its key is told once", async () => {
  await using edge = await startEdge();
  const polls = [
    { question: "First?", options: ["Yes", "No"] },
    { question: "Second?", kind: "rating" },
  ];
  const answer = await edge.send("POST", "/api/rooms", { title: "  Lesson 3 ", polls });
  expect(answer.status).toBe(201);
  const { room, hostKey, owned } = (await answer.json()) as {
    room: RoomUpdate;
    hostKey: string;
    owned: boolean;
  };
  expect(answer.headers.get("location")).toBe(`/api/rooms/${room.roomId}`);
  expect(room).toMatchObject({ title: "Lesson 3", current: null, position: null, total: 2, host: true });
  expect([room.roomId.length, questions({ room }), owned]).toEqual([6, ["First?", "Second?"], false]);
  const [first] = room.polls;
  expect(first).toMatchObject({ asked: false });
  const shown = await (await edge.call(`/api/polls/${first?.pollId}`)).json();
  expect(shown).toMatchObject({ poll: { status: "draft", roomId: room.roomId } });
  expect(JSON.stringify([await (await edge.call(`/api/rooms/${room.roomId}`)).json(), shown])).not.toContain(
    hostKey,
  );
  const bad = { polls: [...polls, { question: "Twice?", options: ["Yes", "Yes"] }] };
  const refused = await expectRefusal(await edge.send("POST", "/api/rooms", bad), "BAD_MESSAGE");
  expect(refused.errors).toEqual([{ path: "polls.2.options.1", message: expect.any(String) }]);
  const nothing = await edge.send("POST", "/api/rooms", {});
  expect(((await nothing.json()) as { room: RoomUpdate }).room).toMatchObject({
    title: "",
    polls: [],
    total: 0,
  });
});

test("[Q10] who is not the host reads the questions that were asked, and no other; the host reads all", async () => {
  await using edge = await startEdge();
  const room = await edge.makeRoom(["First?", "Second?", "Third?"]);
  const empty = await read(edge, room);
  expect(empty).toMatchObject({ view: null, room: { current: null, polls: [], total: 3, host: false } });
  await go(edge, room, room.polls[1]);
  const guest = await read(edge, room);
  expect(questions(guest)).toEqual(["Second?"]);
  expect(guest.room).toMatchObject({ current: room.polls[1], position: 2, total: 3, host: false });
  expect(guest.view?.poll).toMatchObject({ pollId: room.polls[1], status: "open", host: false });
  for (const pollId of [room.polls[0], room.polls[2]]) expect(JSON.stringify(guest)).not.toContain(pollId);
  const host = await read(edge, room, room.host);
  expect(questions(host)).toEqual(["First?", "Second?", "Third?"]);
  expect([host.room.host, host.view?.poll.host]).toEqual([true, true]);
});

test("[Q3] going moves everybody, and doing it again changes nothing; going back shows the results of then", async () => {
  await using edge = await startEdge();
  const room = await edge.makeRoom(["First?", "Second?"]);
  const [first, second] = room.polls;
  const voter = await edge.newVoter();
  const there = await go(edge, room, first);
  expect(there.view?.poll).toMatchObject({ pollId: first, status: "open", host: true });
  await edge.send("POST", `/api/polls/${first}/votes`, { optionId: "opt-2" }, voter);
  expect((await go(edge, room, first)).room.seq).toBe(there.room.seq);
  await go(edge, room, second);
  const back = await go(edge, room, first?.toLowerCase());
  expect(back.view?.results.totalVotes).toBe(1);
  expect((await read(edge, room, voter)).view?.poll.yourVote).toEqual(["opt-2"]);
  const elsewhere = await edge.makePoll();
  const stranger = await edge.send("POST", `${room.path}/go`, { pollId: elsewhere.pollId }, room.host);
  expect(await expectRefusal(stranger, "POLL_NOT_FOUND")).toMatchObject({ pollId: elsewhere.pollId });
});

test("[Q4][Q5][Q6] a host adds, orders, names and drops questions", async () => {
  await using edge = await startEdge();
  const room = await edge.makeRoom(["First?", "Last?"]);
  const [first, last] = room.polls;
  const text = { question: "Between?", options: ["A", "B"], after: first };
  const added = await edge.send("POST", `${room.path}/polls`, text, room.host);
  expect(added.status).toBe(201);
  const { room: full, view } = (await added.json()) as { room: RoomUpdate; view: PollView };
  const between = view.poll.pollId;
  expect(added.headers.get("location")).toBe(`/api/polls/${between}`);
  expect(view.poll).toMatchObject({ question: "Between?", status: "draft", roomId: room.roomId, host: true });
  expect(questions({ room: full })).toEqual(["First?", "Between?", "Last?"]);
  const turned = { title: "Turned", polls: [last, between, first] };
  const rewritten = await edge.send("PATCH", room.path, turned, room.host);
  expect(questions((await rewritten.json()) as RoomView)).toEqual(["Last?", "Between?", "First?"]);
  await expectRefusal(await edge.send("PATCH", room.path, { polls: [last, first] }, room.host), "CONFLICT");
  const drop = () => edge.call(`${room.path}/polls/${between}`, { method: "DELETE", headers: room.host });
  expect(questions((await (await drop()).json()) as RoomView)).toEqual(["Last?", "First?"]);
  expect((await drop()).status).toBe(200);
  await expectRefusal(await edge.call(`/api/polls/${between}`), "POLL_NOT_FOUND");
  // Deleted by its own code it is out of the room as well.
  await edge.call(`/api/polls/${last}`, { method: "DELETE", headers: room.host });
  expect(await read(edge, room, room.host)).toMatchObject({ room: { title: "Turned", total: 1 } });
});

test("[Q9] a deleted room is gone with all its polls", async () => {
  await using edge = await startEdge();
  const room = await edge.makeRoom(["First?", "Second?"]);
  await go(edge, room, room.polls[0]);
  expect((await edge.call(room.path, { method: "DELETE", headers: room.host })).status).toBe(204);
  await expectRefusal(await edge.call(room.path), "ROOM_NOT_FOUND");
  for (const pollId of room.polls)
    await expectRefusal(await edge.call(`/api/polls/${pollId}`), "POLL_NOT_FOUND");
});

test("[Q12] the tag of a room differs by all that the asker sees of it, and by nothing else", async () => {
  await using edge = await startEdge();
  const room = await edge.makeRoom(["First?", "Second?"]);
  const voter = await edge.newVoter();
  const seen = new Set<string>();
  const tag = async (headers: Record<string, string> = {}) =>
    (await edge.call(room.path, { headers })).headers.get("etag") ?? "none";
  const isNew = async (headers?: Record<string, string>) => {
    const before = seen.size;
    const first = await tag(headers);
    edge.clock.step(1_000);
    expect(await tag(headers)).toBe(first);
    const again = await edge.call(room.path, { headers: { ...headers, "if-none-match": first } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    return seen.add(first).size > before;
  };
  expect(await isNew()).toBe(true);
  expect(await isNew(room.host)).toBe(true);
  await go(edge, room, room.polls[0]);
  expect(await isNew(voter)).toBe(true);
  await edge.send("POST", `/api/polls/${room.polls[0]}/votes`, { optionId: "opt-1" }, voter);
  expect(await isNew(voter)).toBe(true);
  expect(await isNew()).toBe(true);
  await go(edge, room, room.polls[1]);
  expect(await isNew()).toBe(true);
  expect(await isNew(room.host)).toBe(true);
  // A draft's new text is nothing that the room's own seq tells.
  const added = await edge.send(
    "POST",
    `${room.path}/polls`,
    { question: "Old?", options: ["A", "B"] },
    room.host,
  );
  const { view } = (await added.json()) as { view: PollView };
  expect(await isNew(room.host)).toBe(true);
  await edge.send("PATCH", `/api/polls/${view.poll.pollId}`, { question: "New?" }, room.host);
  expect(await isNew(room.host)).toBe(true);
});

test("[Q13] without the room's own key nothing of a host's is done", async () => {
  await using edge = await startEdge();
  const room = await edge.makeRoom(["First?", "Second?"]);
  const [first, second] = room.polls;
  const { host: anotherHost } = await edge.makeRoom(["Elsewhere?"]);
  const calls = (headers: Record<string, string>): Promise<Response>[] => [
    edge.send("POST", `${room.path}/go`, { pollId: first }, headers),
    edge.send("POST", `${room.path}/polls`, { question: "Mine?", options: ["A", "B"] }, headers),
    edge.send("PATCH", room.path, { title: "Mine" }, headers),
    edge.send("PATCH", `/api/polls/${first}`, { question: "Mine?" }, headers),
    edge.call(`/api/polls/${first}/again`, { method: "POST", headers }),
    edge.call(`${room.path}/polls/${first}`, { method: "DELETE", headers }),
    edge.call(`/api/polls/${second}`, { method: "DELETE", headers }),
    edge.call(room.path, { method: "DELETE", headers }),
  ];
  for (const headers of [{}, anotherHost, { "x-host-key": "" }]) {
    for (const answer of await Promise.all(calls(headers))) await expectRefusal(answer, "NOT_ALLOWED");
  }
  const foreign = { ...room.host, origin: "http://elsewhere.example" };
  for (const answer of await Promise.all(calls(foreign))) await expectRefusal(answer, "BAD_ORIGIN");
  expect((await read(edge, room, room.host)).room).toMatchObject({ title: "", total: 2, current: null });
});

test("[Q13] the polls of a room, and those asked again, count against the limit of making polls", async () => {
  await using edge = await startEdge({ limits: { pollsPerMinute: 6 } });
  const room = await edge.makeRoom(["First?", "Second?"]);
  expect(
    (await edge.call(`/api/polls/${room.polls[0]}/again`, { method: "POST", headers: room.host })).status,
  ).toBe(201);
  const polls = [1, 2, 3].map((number) => ({ question: `${number}?`, options: ["A", "B"] }));
  await expectRefusal(await edge.send("POST", "/api/rooms", { polls }), "RATE_LIMITED");
  await expectRefusal(await edge.send("POST", `${room.path}/polls`, polls[0], room.host), "RATE_LIMITED");
});

test("[Q14] a code that no room has, or that none can have, is ROOM_NOT_FOUND in every call", async () => {
  await using edge = await startEdge();
  const { pollId, host } = await edge.makePoll();
  for (const code of ["ZZZ-ZZZ", "nonsense", pollId]) {
    const path = `/api/rooms/${code}`;
    const answers = [
      await edge.call(path),
      await edge.call(path, { method: "DELETE", headers: host }),
      await edge.send("POST", `${path}/go`, { pollId }, host),
      await edge.call(`${path}/polls/${pollId}`, { method: "DELETE", headers: host }),
    ];
    // What a poll of its own is asked for goes by its own code.
    for (const answer of answers.slice(0, code === "ZZZ-ZZZ" ? 3 : 4))
      await expectRefusal(answer, "ROOM_NOT_FOUND");
  }
  const room = await edge.makeRoom(["First?"]);
  const misread = `${room.path.slice(0, -6)}${room.roomId.slice(0, 3)}-${room.roomId.slice(3)}`.toLowerCase();
  expect((await edge.call(misread.replace(/1/g, "l"))).status).toBe(200);
  const nowhere = await edge.call(`${room.path}/polls/no-code`, { method: "DELETE", headers: room.host });
  await expectRefusal(nowhere, "POLL_NOT_FOUND");
});

test("[Q11] what is asked again is answered as a new poll, whose key the host has already", async () => {
  await using edge = await startEdge();
  const { path, pollId, host } = await edge.makePoll();
  const answer = await edge.call(`${path}/again`, { method: "POST", headers: host });
  const { poll, hostKey } = (await answer.json()) as { poll: PollView["poll"]; hostKey: null };
  expect([answer.status, hostKey, answer.headers.get("location")]).toEqual([
    201,
    null,
    `/api/polls/${poll.pollId}`,
  ]);
  expect(poll).toMatchObject({ question: "Tea or coffee?", status: "open", previousId: pollId, host: true });
  const closed = await edge.call(`/api/polls/${poll.pollId}/close`, { method: "POST", headers: host });
  expect(closed.status).toBe(200);
});

test("[Q8][Q13] the owner steers a room by session and token; a key's holder claims it, once; it is listed as one", async () => {
  await using edge = await startEdge();
  const ann = await (await edge.newBrowser().arrive()).signUp(newPerson());
  const polls = [{ question: "First?", options: ["Yes", "No"] }];
  const made = await ann.json("POST", "/api/rooms", { polls });
  const { room, owned } = (await made.json()) as { room: RoomUpdate; owned: boolean };
  expect(owned).toBe(true);
  const path = `/api/rooms/${room.roomId}`;
  const pollId = room.polls[0]?.pollId;
  const gone = await ann.json("POST", `${path}/go`, { pollId });
  expect(((await gone.json()) as RoomView).view?.poll).toMatchObject({ host: true, status: "open" });
  expect((await ann.json("POST", `/api/polls/${pollId}/hide`, {})).status).toBe(200);
  await expectRefusal(
    await ann.json("POST", `${path}/go`, { pollId }, { "x-csrf-token": "old" }),
    "NOT_ALLOWED",
  );
  await expectRefusal(await ann.json("POST", "/api/rooms", {}, { "x-csrf-token": "old" }), "NOT_ALLOWED");

  const guests = await edge.makeRoom(["Whose?"], { title: "Lesson 3" });
  const ben = await (await edge.newBrowser().arrive()).signUp(newPerson());
  const claim = (browser: typeof ann, key: Record<string, string>) =>
    browser.json("POST", `${guests.path}/claim`, {}, key);
  await expectRefusal(await claim(ben, {}), "NOT_ALLOWED");
  expect(await (await claim(ben, guests.host)).json()).toMatchObject({
    room: { host: true, total: 1 },
    view: null,
  });
  await expectRefusal(await claim(ann, guests.host), "CONFLICT");
  expect(await (await ben.call("/api/polls")).json()).toMatchObject({
    items: [
      { pollId: guests.roomId, room: true, question: "Lesson 3", status: null, participantCount: null },
    ],
  });
  expect((await ann.json("DELETE", path, {})).status).toBe(204);
  expect(await (await ann.call("/api/polls")).json()).toEqual({ items: [], nextCursor: null });
});
