import { expect, test } from "bun:test";
import { exchange } from "../support/raw-http.ts";
import { startWireNode } from "./wire-node.ts";

const POLL = '{"question":"Tea or coffee?","options":["Tea","Coffee"]}';

/** A request that makes a poll, as bytes; its body in one chunk. */
function makingPoll(host: string, chunk: string): Uint8Array {
  const head = [
    "POST /api/polls HTTP/1.1",
    `Host: ${host}`,
    "Connection: close",
    "Content-Type: application/json",
  ];
  return Buffer.from([...head, "Transfer-Encoding: chunked", "", chunk, "0", "", ""].join("\r\n"));
}

test("[H15] a request that names an impossible host is answered like one that names none", async () => {
  await using node = await startWireNode();
  const whole = `${POLL.length.toString(16)}\r\n${POLL}`;
  for (const host of ["javascript:alert(1)", "a:b:c", "[", "a b", "%"]) {
    expect([host, (await exchange(node.port, makingPoll(host, whole))).status]).toEqual([host, 201]);
  }
});

test("[L6] a body whose framing breaks is no bug of the node, which goes on", async () => {
  await using node = await startWireNode();
  for (const size of ["zz", "-1", "ffffffffffffffffff"]) {
    const { status } = await exchange(node.port, makingPoll("127.0.0.1", `${size}\r\n${POLL}`));
    expect([size, status === null || status === 400]).toEqual([size, true]);
  }
  expect((await node.http("GET", "/health")).status).toBe(200);
});
