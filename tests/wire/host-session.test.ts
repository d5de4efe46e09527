import { expect, test } from "bun:test";
import type { PollView } from "../../shared/messages.ts";
import { CLOSE } from "../../shared/refusals.ts";
import { CookieBrowser, newPerson } from "../support/cookie-browser.ts";
import { inTime } from "../support/wait-for.ts";
import { all, startWireNode, type WireNode } from "./wire-node.ts";

/** From the answer to a revocation until the session works nowhere (ms). */
const REVOKED_WITHIN_MS = 2_000;

const browserOf = (node: WireNode) =>
  new CookieBrowser((path, init) => fetch(`${node.url}${path}`, init), node.url).arrive();

/** A poll of the account; its results are for the host alone while it is open. */
async function makeHidden(browser: CookieBrowser): Promise<{ pollId: string; hostKey: string }> {
  const text = {
    question: "Whose?",
    options: ["Tea", "Coffee"],
    settings: { resultsVisibility: "afterClose" },
  };
  const made = await browser.json("POST", "/api/polls", text);
  const { poll, hostKey } = (await made.json()) as { poll: PollView["poll"]; hostKey: string };
  return { pollId: poll.pollId, hostKey };
}

test("[A39] JOIN_POLL of its owner is a host's without the key; another account's and a guest's is not", async () => {
  await using node = await startWireNode();
  const ann = await (await browserOf(node)).signUp();
  const ben = await (await browserOf(node)).signUp();
  const { pollId } = await makeHidden(ann);
  const own = await node.join(pollId, { cookie: ann.cookieHeader });
  expect(own.latestPoll(pollId)?.host).toBe(true);
  expect(own.latestResults(pollId)?.results).toHaveLength(2);
  const forged = ann.cookieHeader.replace(/(pollcast_session=.{10})./, "$1-");
  for (const cookie of [ben.cookieHeader, forged, ""]) {
    const other = await node.join(pollId, { cookie });
    expect(other.latestPoll(pollId)?.host).toBe(false);
    expect(other.latestResults(pollId)?.results).toBeNull();
  }
});

test("[A39] once its session is revoked a host's socket is closed with 4001, and comes back as a guest", async () => {
  await using node = await startWireNode();
  const person = newPerson();
  const [phone, laptop] = [await browserOf(node), await browserOf(node)];
  await phone.signUp(person);
  await laptop.signIn(person);
  const { pollId, hostKey } = await makeHidden(phone);
  const revoked = await node.join(pollId, { cookie: phone.cookieHeader });
  const kept = await node.join(pollId, { cookie: laptop.cookieHeader });
  const byKey = await node.join(pollId, { hostKey });
  const guest = await node.join(pollId);
  const { items } = (await (await laptop.call("/api/sessions")).json()) as {
    items: readonly { sessionId: string; present: boolean }[];
  };
  const { sessionId } = items.find(({ present }) => !present) ?? {};
  expect((await laptop.json("DELETE", `/api/sessions/${sessionId}`, {})).status).toBe(204);
  expect(await inTime("the close", revoked.closed, REVOKED_WITHIN_MS)).toMatchObject({
    code: CLOSE.SESSION_ENDED,
  });

  const back = await node.join(pollId, { cookie: phone.cookieHeader });
  expect(back.latestPoll(pollId)?.host).toBe(false);
  expect(back.latestResults(pollId)?.results).toBeNull();
  for (const other of [kept, byKey, guest]) {
    expect(await other.request({ type: "PING", data: {} })).toMatchObject({ type: "PONG" });
  }
});

test("[A39] signing out everywhere closes every host's socket of the account", async () => {
  await using node = await startWireNode();
  const person = newPerson();
  const [phone, laptop] = [await browserOf(node), await browserOf(node)];
  await phone.signUp(person);
  await laptop.signIn(person);
  const { pollId } = await makeHidden(phone);
  const sockets = [
    await node.join(pollId, { cookie: phone.cookieHeader }),
    await node.join(pollId, { cookie: laptop.cookieHeader }),
  ];
  node.clock.step(1_000);
  expect((await laptop.json("POST", "/api/logout", { everywhere: true })).status).toBe(204);
  for (const socket of sockets) {
    const { code } = await inTime("the close", socket.closed, REVOKED_WITHIN_MS);
    expect(code).toBe(CLOSE.SESSION_ENDED);
  }
});

test("[A39] who leaves while it is still asked whose poll it is has left", async () => {
  await using node = await startWireNode();
  const ann = await (await browserOf(node)).signUp();
  const { pollId } = await makeHidden(ann);
  const socket = await node.connect({ cookie: ann.cookieHeader });
  socket.send({ type: "JOIN_POLL", data: { pollId } });
  socket.send({ type: "LEAVE_POLL", data: { pollId } });
  await socket.request({ type: "PING", data: {} });
  expect((await ann.json("POST", `/api/polls/${pollId}/close`, {})).status).toBe(200);
  await socket.request({ type: "PING", data: {} });
  expect(all(socket, "POLL_SYSTEM")).toEqual([]);
});
