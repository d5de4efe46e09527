import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { PROTOCOL_VERSION } from "../../shared/limits.ts";
import { clientMessage, serverMessage } from "../../shared/messages.ts";
import { CLOSE, REFUSAL_STATUS } from "../../shared/refusals.ts";
import { NOON } from "../support/fixtures.ts";
import { WsClient } from "../support/ws-client.ts";
import { startWireNode } from "./wire-node.ts";

describe("frames", () => {
  test("[W5] PING is answered by PONG with the server's time, with or without data", async () => {
    await using node = await startWireNode();
    const client = await node.connect();
    node.clock.step(1_234);
    expect(await client.request({ type: "PING", data: {} })).toEqual({
      type: "PONG",
      data: { serverTime: NOON + 1_234 },
      id: "request-1",
    });
    client.sendRaw('{"type":"PING"}');
    expect(await client.next("PONG", ({ id }) => id === undefined)).toMatchObject({ type: "PONG" });
  });

  test("[W6] what is no frame of the protocol is BAD_MESSAGE, with its id where it has one, and the socket lives", async () => {
    await using node = await startWireNode();
    const client = await node.connect();
    const bad = [
      "",
      "nonsense",
      "{",
      "null",
      "[]",
      "7",
      '"PING"',
      "{}",
      '{"type":"VOTE"}',
      '{"type":"HELLO","data":{}}',
      '{"type":"__proto__","data":{}}',
      '{"type":"toString","data":{}}',
      '{"type":"JOIN_POLL"}',
      '{"type":"JOIN_POLL","data":null}',
      '{"type":"JOIN_POLL","data":{"pollId":12345678}}',
      '{"type":"CAST_VOTE","data":{"pollId":"ABCD1234","optionId":"opt-1","revision":-1}}',
      '{"type":"CAST_VOTE","data":{"pollId":"ABCD1234","optionId":"opt-1","revision":1.5}}',
      '{"type":"CAST_VOTE","data":{"pollId":"ABCD1234","optionId":"opt-1","revision":9007199254740992}}',
      '{"type":"CAST_VOTE","data":{"optionIds":{"length":{"toString":1,"valueOf":1}}}}',
      '{"type":"PING","data":{},"id":7}',
      `{"type":"PING","data":{},"id":"${"x".repeat(65)}"}`,
    ];
    for (const frame of bad) {
      client.sendRaw(frame);
      const answer = await client.next("ERROR");
      expect([frame, answer.data.code, answer.id]).toEqual([frame, "BAD_MESSAGE", undefined]);
    }
    client.sendRaw('{"type":"VOTE","data":{},"id":"mine"}');
    expect((await client.next("ERROR")).id).toBe("mine");
    client.sendRaw('{"type":"LEAVE_POLL","data":{},"id":"also mine"}');
    expect((await client.next("ERROR")).id).toBe("also mine");
    client.sendRaw(new TextEncoder().encode('{"type":"PING"}'));
    expect((await client.next("ERROR")).data.message).toContain("binary");
    expect(await client.request({ type: "PING", data: {} })).toMatchObject({ type: "PONG" });
  });

  test("[W6] a bad frame names the field that is wrong", async () => {
    await using node = await startWireNode();
    const client = await node.connect();
    client.sendRaw('{"type":"CAST_VOTE","data":{"pollId":"?","optionIds":["opt-1",2]},"id":"b"}');
    const { data } = await client.next("ERROR");
    expect(data.errors?.map(({ path }) => path)).toEqual(["data.optionIds.1", "data.pollId"]);
    expect(data.message).toContain("data.");
  });

  test("[W6] fields that the protocol does not know are ignored", async () => {
    await using node = await startWireNode();
    const { pollId } = await node.makePoll();
    const client = await node.connect();
    const data = { pollId, optionId: "opt-1", weight: 100, __proto__: null };
    client.sendRaw(JSON.stringify({ type: "CAST_VOTE", data, id: "x", version: 2, voter: "someone else" }));
    expect(await client.next("VOTE_ACCEPTED")).toMatchObject({ id: "x", data: { optionIds: ["opt-1"] } });
    expect((await node.view(pollId)).results.totalVotes).toBe(1);
  });

  test("[W6] the longest id comes back", async () => {
    await using node = await startWireNode();
    const client = await node.connect();
    const id = '"\\ \u2028😀'.padEnd(64, "i");
    client.send({ type: "PING", data: {}, id });
    expect((await client.next("PONG")).id).toBe(id);
  });
});

describe("the contract", () => {
  test("[W7] /protocol.json publishes the schemas that validate here, the refusals and the close codes", async () => {
    await using node = await startWireNode();
    const published = await (await node.http("GET", "/protocol.json")).json();
    const schemas = {
      protocol: PROTOCOL_VERSION,
      path: `/ws?protocol=${PROTOCOL_VERSION}`,
      client: z.toJSONSchema(clientMessage, { io: "input" }),
      server: z.toJSONSchema(serverMessage, { io: "input" }),
      refusals: REFUSAL_STATUS,
      closeCodes: CLOSE,
    };
    // As JSON: what a client reads.
    expect(published).toEqual(JSON.parse(JSON.stringify(schemas)));
  });
});

describe("sockets that are not given", () => {
  test("[H14] a page of another origin gets none, our own does", async () => {
    await using node = await startWireNode();
    await expect(node.connect({ origin: "https://elsewhere.example" })).rejects.toThrow();
    const own = await node.connect({ origin: node.url });
    expect(own.hello.protocol).toBe(PROTOCOL_VERSION);
  });
});

describe("close codes", () => {
  test("[W8] a protocol this server does not speak is closed with 4002; without one it is the newest", async () => {
    await using node = await startWireNode();
    for (const protocol of ["2", "0", "", "01", "one"]) {
      const client = new WsClient(`${node.url.replace("http", "ws")}/ws?protocol=${protocol}`, {});
      expect([protocol, (await client.closed).code]).toEqual([protocol, CLOSE.UNKNOWN_PROTOCOL]);
      expect(client.frames).toEqual([]);
    }
    const silent = new WsClient(`${node.url.replace("http", "ws")}/ws`, {});
    expect((await silent.next("HELLO")).data.protocol).toBe(PROTOCOL_VERSION);
    await silent.close();
  });

  test("[W8] a frame of 16 KiB is read, one byte more closes with 1009", async () => {
    await using node = await startWireNode();
    const client = await node.connect();
    client.sendRaw(`{"type":"PING","id":"big"}`.padEnd(16 * 1024, " "));
    expect((await client.next("PONG")).id).toBe("big");
    client.sendRaw(`{"type":"PING"}`.padEnd(16 * 1024 + 1, " "));

    expect((await client.closed).code).toBe(CLOSE.FRAME_TOO_LARGE);
    expect((await (await node.connect()).request({ type: "PING", data: {} })).type).toBe("PONG");
  });
});
