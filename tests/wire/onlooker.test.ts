/** What hangs on a wall: a socket and a page of somebody who may see more, shown as anybody may see it. */
import { expect, test } from "bun:test";
import type { PollView, RoomView } from "../../shared/messages.ts";
import { CookieBrowser } from "../support/cookie-browser.ts";
import { connect } from "../support/ws-client.ts";
import { startRoom } from "./room-wire.ts";
import { startWireNode, type WireNode } from "./wire-node.ts";

/** Signed up, and with a poll of its own in which it has voted: each alone lets it see what is hidden. */
async function ownerWhoVoted(node: WireNode) {
  const browser = new CookieBrowser((path, init) => fetch(`${node.url}${path}`, init), node.url);
  await (await browser.arrive()).signUp();
  const text = {
    question: "Whose?",
    options: ["Tea", "Coffee"],
    settings: { resultsVisibility: "afterVote" },
  };
  const made = await browser.json("POST", "/api/polls", text);
  const { pollId } = ((await made.json()) as { poll: PollView["poll"] }).poll;
  expect((await browser.json("POST", `/api/polls/${pollId}/votes`, { optionId: "opt-1" })).status).toBe(201);
  return { browser, pollId };
}

function dataIn(html: string) {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/.exec(html)?.[1] ?? "null");
}

test("[U62] a socket that looks on is told what anybody is, whoever it is", async () => {
  await using node = await startWireNode();
  const { browser, pollId } = await ownerWhoVoted(node);
  const cookie = browser.cookieHeader;
  const own = await node.join(pollId, { cookie });
  expect(own.latestResults(pollId)?.results).toHaveLength(2);
  await using wall = await connect(`${node.wsUrl}&as=audience`, { cookie });
  const answer = await wall.request({ type: "JOIN_POLL", data: { pollId } });
  expect(answer).toMatchObject({ type: "POLL_UPDATE", data: { host: false, yourVote: null } });
  await wall.next("RESULTS_UPDATE");
  expect(wall.latestResults(pollId)).toMatchObject({ results: null, totalVotes: null, participantCount: 1 });

  // Another ballot of this browser moves its other sockets to who has voted, not this one.
  const other = await node.connect();
  await other.request({ type: "CAST_VOTE", data: { pollId, optionId: "opt-2" } });
  await wall.next("RESULTS_UPDATE", ({ data }) => data.participantCount === 2);
  expect(JSON.stringify(wall.frames)).not.toContain('"votes"');

  expect((await browser.json("POST", `/api/polls/${pollId}/reveal`, {})).status).toBe(200);
  await wall.next("RESULTS_UPDATE", ({ data }) => data.results !== null);
});

test("[U62] a host key makes no host of a socket that looks on, at a poll or in a room", async () => {
  const { node, room, polls, go } = await startRoom();
  await using _ = node;
  await go(polls.first);
  const { roomId, hostKey } = room;
  for (const [address, host] of [
    [node.wsUrl, true],
    [`${node.wsUrl}&as=audience`, false],
  ] as const) {
    await using socket = await connect(address);
    const { data } = await socket.request({ type: "JOIN_ROOM", data: { roomId, hostKey } });
    expect(data).toMatchObject({ host, total: 3 });
    expect(JSON.stringify(data).includes("Third?")).toBe(host);
    const poll = await socket.request({ type: "JOIN_POLL", data: { pollId: polls.third, hostKey } });
    expect(poll).toMatchObject({ type: "POLL_UPDATE", data: { host } });
  }
});

test("[U62] it casts no ballots, and however often it comes back it is counted once", async () => {
  await using node = await startWireNode();
  const { browser, pollId } = await ownerWhoVoted(node);
  for (let time = 0; time < 3; time++) {
    await using wall = await connect(`${node.wsUrl}&as=audience`, { cookie: browser.cookieHeader });
    await wall.request({ type: "JOIN_POLL", data: { pollId } });
    const vote = await wall.request({ type: "CAST_VOTE", data: { pollId, optionId: "opt-2" } });
    expect(vote).toMatchObject({ type: "ERROR", data: { code: "NOT_ALLOWED" } });
  }
  // Who comes last is counted last: then all that came before are.
  const guest = await node.join(pollId);
  const { data } = await guest.next("RESULTS_UPDATE", ({ data }) => data.joinedCount >= 2);
  expect(data).toMatchObject({ joinedCount: 2, participantCount: 1 });
});

test("[U62] the page of the wall shows its owner what anybody may see, and that the owner steers", async () => {
  await using node = await startWireNode();
  const { browser, pollId } = await ownerWhoVoted(node);
  expect(dataIn(await browser.open(`/${pollId}`)).view.poll.host).toBe(true);
  const data = dataIn(await browser.open(`/${pollId}/present`));
  expect(data).toMatchObject({ steers: true, view: { poll: { host: false, yourVote: null } } });
  expect(data.view.results).toMatchObject({ results: null, participantCount: 1 });
  expect(data.csrfToken).toBeString();
  const stranger = dataIn(await (await fetch(`${node.url}/${pollId}/present`)).text());
  expect(stranger).toMatchObject({ steers: false, csrfToken: null });

  const polls = ["First?", "Second?"].map((question) => ({ question, options: ["Yes", "No"] }));
  const made = await browser.json("POST", "/api/rooms", { polls });
  const { roomId } = ((await made.json()) as RoomView).room;
  const room = dataIn(await browser.open(`/${roomId}/present`));
  // Questions that have not been asked are nobody's to read ahead, the hall's least of all.
  expect(room).toMatchObject({ steers: true, room: { host: false, polls: [], total: 2 }, view: null });
});
