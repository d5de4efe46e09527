import { expect, test } from "bun:test";
import { expectProblem, expectRefusal } from "../../support/expect-problem.ts";
import { ORIGIN, startEdge } from "../../support/start-edge.ts";

const HANDSHAKE = { upgrade: "websocket", connection: "Upgrade" };

test("[H14] a browser without a voter gets one with the upgrade, a known one keeps its own", async () => {
  await using edge = await startEdge();
  await edge.call("/ws?protocol=1", { headers: HANDSHAKE });
  const [first] = edge.upgraded;
  expect(first?.data.protocol).toBe("1");
  expect(first?.headers["Set-Cookie"]).toContain(`pollcast_voter=${first?.data.voter}.`);
  const cookie = first?.headers["Set-Cookie"]?.split(";")[0] ?? "";
  await edge.call("/ws", { headers: { ...HANDSHAKE, cookie, origin: ORIGIN } });
  expect(edge.upgraded[1]?.data.voter).toBe(first?.data.voter);
  expect(edge.upgraded[1]).toMatchObject({ data: { protocol: null }, headers: {} });
});

test("[H14] another origin's page gets no socket", async () => {
  await using edge = await startEdge();
  for (const origin of ["http://evil.test", "null"]) {
    await expectRefusal(await edge.call("/ws", { headers: { ...HANDSHAKE, origin } }), "BAD_ORIGIN");
  }
  expect(edge.upgraded).toEqual([]);
});

test("[H14] a node that starts or drains takes no new sockets", async () => {
  for (const parts of [{ ready: false }, { draining: true }]) {
    await using edge = await startEdge(parts);
    const refused = await expectRefusal(await edge.call("/ws", { headers: HANDSHAKE }), "UNAVAILABLE");
    expect(refused.retryAfterMs).toBe(2000);
    expect(edge.upgraded).toEqual([]);
  }
});

test("[H14] what is no WebSocket handshake is told so", async () => {
  await using edge = await startEdge({ upgrades: false });
  const plain = await edge.call("/ws");
  expect(plain.headers.get("upgrade")).toBe("websocket");
  await expectProblem(plain, 426);
  await expectRefusal(await edge.call("/ws", { headers: HANDSHAKE }), "BAD_MESSAGE");
});
