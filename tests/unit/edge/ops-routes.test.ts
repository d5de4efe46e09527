import { expect, test } from "bun:test";
import { expectRefusal } from "../../support/expect-problem.ts";
import { startEdge } from "../../support/start-edge.ts";

const HERE = { peer: "127.0.0.1", headers: { host: "localhost:3000" } };
const GUARDED = ["/metrics", "/api/ops"];

test("[H13] health says alive whatever else; ready says no while starting or draining", async () => {
  await using up = await startEdge();
  expect(await (await up.call("/health")).json()).toEqual({ status: "ok" });
  expect(await (await up.call("/ready")).json()).toEqual({ ready: true });
  for (const parts of [{ ready: false }, { draining: true }]) {
    await using edge = await startEdge(parts);
    expect((await edge.call("/health")).status).toBe(200);
    const answer = await edge.call("/ready");
    expect(answer.headers.get("retry-after")).toBe("2");
    expect((await expectRefusal(answer, "UNAVAILABLE")).retryAfterMs).toBe(2000);
  }
});

test("[H13] without OPS_TOKEN figures are for this machine, asked directly", async () => {
  await using edge = await startEdge();
  for (const path of GUARDED) {
    expect((await edge.call(path, HERE)).status).toBe(200);
    expect((await edge.call(path, { peer: "::1", headers: { host: "[::1]:3000" } })).status).toBe(200);
    for (const header of ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-proto"]) {
      const forwarded = { ...HERE, headers: { ...HERE.headers, [header]: "127.0.0.1" } };
      await expectRefusal(await edge.call(path, forwarded), "NOT_ALLOWED");
    }
    await expectRefusal(await edge.call(path, { headers: { host: "localhost" } }), "NOT_ALLOWED");
    await expectRefusal(await edge.call(path, { peer: "127.0.0.1" }), "NOT_ALLOWED");
    await expectRefusal(await edge.call(path, { ...HERE, peer: null }), "NOT_ALLOWED");
  }
});

test("[H13] with OPS_TOKEN figures are for whoever has it, from anywhere, and for nobody else", async () => {
  await using edge = await startEdge({ settings: { opsToken: "let-the-operator-in" } });
  const ask = (path: string, authorization: string) => edge.call(path, { headers: { authorization } });
  for (const path of GUARDED) {
    expect((await ask(path, "Bearer let-the-operator-in")).status).toBe(200);
    expect((await ask(path, "bearer let-the-operator-in")).status).toBe(200);
    for (const wrong of ["Bearer let-the-operator", "let-the-operator-in", "Basic bGV0", "Bearer ", ""]) {
      await expectRefusal(await ask(path, wrong), "NOT_ALLOWED");
    }
    await expectRefusal(await edge.call(path, HERE), "NOT_ALLOWED");
  }
});

test("[H13] metrics count ballots, refusals and sockets under their names", async () => {
  await using edge = await startEdge();
  const { path } = await edge.makePoll();
  const voter = await edge.newVoter();
  await edge.send("POST", `${path}/votes`, { optionId: "opt-1" }, voter);
  await edge.send("POST", `${path}/votes`, { optionId: "opt-1" }, voter);
  await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, voter);
  edge.telemetry.sockets(3);
  edge.telemetry.frame();
  edge.telemetry.join();
  edge.telemetry.livePolls(2);
  const answer = await edge.call("/metrics", HERE);
  expect(answer.headers.get("content-type")).toStartWith("text/plain");
  const lines = (await answer.text()).split("\n");
  const expected = [
    'pollcast_ballots_total{result="accepted"} 1',
    'pollcast_ballots_total{result="repeated"} 1',
    'pollcast_ballots_total{result="refused"} 1',
    'pollcast_refusals_total{code="ALREADY_VOTED"} 1',
    "pollcast_ballot_seconds_count 3",
    "pollcast_frames_received_total 1",
    "pollcast_joins_total 1",
    "pollcast_sockets 3",
    "pollcast_live_polls 2",
  ];
  for (const line of expected) expect(lines).toContain(line);
  const measured = lines.map((line) => line.split(/[ {]/)[0]);
  expect(measured).toContain("nodejs_eventloop_lag_p99_seconds");
  expect(measured).toContain("process_resident_memory_bytes");
  const ops = await (await edge.call("/api/ops", HERE)).json();
  expect(ops).toMatchObject({
    node: "node-under-test",
    level: 0,
    store: "embedded",
    draining: false,
    sockets: 3,
    livePolls: 2,
    ballotsAccepted: 1,
  });
});
