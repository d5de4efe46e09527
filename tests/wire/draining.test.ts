import { expect, test } from "bun:test";
import { connect as connectTcp } from "node:net";
import { CLOSE } from "../../shared/refusals.ts";
import { expectRefusal } from "../support/expect-problem.ts";
import { startNode } from "../support/start-node.ts";
import { connect } from "../support/ws-client.ts";
import { all, startWireNode } from "./wire-node.ts";

test("[S6] a draining node sends its browsers away, each at a moment of its own, and closes the rest with 1001", async () => {
  await using node = await startWireNode();
  const staying = await node.connectMany(10);
  const leaving = await node.connect();
  const gone = node.drain(200);
  const told = await leaving.next("RECONNECT");
  expect(told.data.afterMs).toBeWithin(0, 200);
  await leaving.close();
  for (const client of staying) {
    expect((await client.closed).code).toBe(CLOSE.DRAIN);
    expect(all(client, "RECONNECT")).toHaveLength(1);
  }
  await gone;
  const moments = new Set(staying.map((client) => all(client, "RECONNECT")[0]?.afterMs));
  expect(moments.size).toBeGreaterThan(1);
});

test("[S6] while it drains it is not ready and takes no new sockets, and still counts votes and answers", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll();
  const [voter, watcher] = [await node.join(pollId), await node.join(pollId)];
  const gone = node.drain(400);
  await voter.next("RECONNECT");
  await expectRefusal(await node.http("GET", "/ready"), "UNAVAILABLE");
  expect((await node.http("GET", "/health")).status).toBe(200);
  const upgrade = { upgrade: "websocket", connection: "Upgrade" };
  const refused = await node.http("GET", "/ws?protocol=1", undefined, upgrade);
  expect((await expectRefusal(refused, "UNAVAILABLE")).retryAfterMs).toBeGreaterThan(0);
  await expect(node.connect()).rejects.toThrow();
  const answer = await voter.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } });
  expect(answer.type).toBe("VOTE_ACCEPTED");
  await watcher.next("RESULTS_UPDATE", ({ data }) => data.totalVotes === 1);
  await gone;
});

test("[S6] a node without sockets stops at once", async () => {
  await using node = await startWireNode();
  const began = performance.now();
  await node.drain(60_000);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test("[S6] neither a peer that answers no close nor a request that never ends holds a draining node up", async () => {
  await using node = await startWireNode();
  const key = "dGhlIHNhbXBsZSBub25jZQ==";
  const handshake = `GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
  const halves = [
    handshake,
    "GET /health HTTP/1.1\r\nHost: x\r\n",
    "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
  ];
  const peers = halves.map((text) => {
    const peer = connectTcp(node.port, "127.0.0.1");
    peer.on("error", () => undefined).write(text);
    return peer;
  });
  const [socket, , idle] = peers;
  await Promise.all([socket, idle].map((peer) => new Promise((answered) => peer?.once("data", answered))));
  socket?.pause();
  const began = performance.now();
  await node.drain(100);
  expect(performance.now() - began).toBeLessThan(5_000);
  for (const peer of peers) peer.destroy();
});

test("[S6] SIGTERM: a process drains, keeps what it accepted, and ends with 0; a voter is known after the restart", async () => {
  await using node = await startNode();
  const made = await fetch(`${node.url}/api/polls`, {
    method: "POST",
    body: JSON.stringify({ question: "Still there?", options: ["Yes", "No"] }),
    headers: { "content-type": "application/json" },
  });
  const { poll } = (await made.json()) as { poll: { pollId: string } };
  const cookie = (await fetch(`${node.url}/api/session`, { method: "POST" })).headers.get("set-cookie");
  const voter = { cookie: cookie?.split(";")[0] ?? "" };
  const client = await connect(node.wsUrl, voter);
  const stopped = node.stop();
  await client.next("RECONNECT");
  const ballot = { pollId: poll.pollId, optionId: "opt-1", revision: 1 };
  expect((await client.request({ type: "CAST_VOTE", data: ballot })).type).toBe("VOTE_ACCEPTED");
  expect((await client.closed).code).toBe(CLOSE.DRAIN);
  expect(await stopped).toBe(0);
  await node.start();
  await using again = await connect(node.wsUrl, voter);
  const joined = await again.request({ type: "JOIN_POLL", data: { pollId: poll.pollId } });
  expect(joined).toMatchObject({ type: "POLL_UPDATE", data: { yourVote: ["opt-1"], participantCount: 1 } });
});
