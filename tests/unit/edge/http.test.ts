import { expect, test } from "bun:test";
import { expectProblem, expectRefusal } from "../../support/expect-problem.ts";
import { type Edge, startEdge } from "../../support/start-edge.ts";

/** Sends bytes as they are and hears until the server closes: no client of ours leaves out the Host. */
async function overTcp(edge: Edge, request: string): Promise<string> {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (...call) => edge.http.fetch(...call) });
  const { promise, resolve } = Promise.withResolvers<string>();
  let heard = "";
  await Bun.connect({
    hostname: "127.0.0.1",
    port: server.port ?? 0,
    socket: {
      open: (socket) => void socket.write(request),
      data: (_socket, bytes) => {
        heard += bytes.toString();
      },
      close: () => resolve(heard),
    },
  });
  const answer = await promise;
  await server.stop(true);
  return answer;
}

test("[H15] a request of HTTP/1.0 that names no host is answered like any other", async () => {
  await using edge = await startEdge({
    pages: (app) => void app.get("/", (context) => context.html("home")),
  });
  const health = await overTcp(edge, "GET /health HTTP/1.0\r\n\r\n");
  expect(health).toStartWith("HTTP/1.1 200");
  expect(health).toEndWith('{"status":"ok"}');
  const check = await overTcp(edge, "OPTIONS / HTTP/1.0\r\n\r\n");
  expect(check).toStartWith("HTTP/1.1 204");
  expect(check).toContain("Allow: GET, HEAD\r\n");
  const body = '{"question":"q","options":["a","b"]}';
  const head = `POST /api/polls HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  expect(await overTcp(edge, `${head}\r\n\r\n${body}`)).toStartWith("HTTP/1.1 201");
});

test("[H15] a peer's own address reaches the limits over a real connection", async () => {
  await using edge = await startEdge();
  const asked = await overTcp(edge, "GET /api/ops HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  expect(asked).toStartWith("HTTP/1.1 200");
});

test("[H15] an unknown address is 404, a known one asked wrongly 405 with what it knows", async () => {
  await using edge = await startEdge();
  const unknown = await expectProblem(await edge.call("/api/nonsense"), 404);
  expect(unknown.code).toBeUndefined();
  await expectProblem(await edge.call("/api/polls/ABCD1234/nonsense", { method: "POST" }), 404);
  const wrong = await edge.call("/api/polls", { method: "PUT" });
  expect(wrong.headers.get("allow")?.split(", ").sort()).toEqual(["GET", "HEAD", "POST"]);
  await expectProblem(wrong, 405);
  const asked = await edge.call("/api/polls/ABCD1234", { method: "OPTIONS" });
  expect(asked.status).toBe(204);
  expect(asked.headers.get("allow")?.split(", ").sort()).toEqual(["DELETE", "GET", "HEAD", "PATCH"]);
  expect(asked.headers.has("access-control-allow-origin")).toBe(false);
});

test("[H15] HEAD answers like GET without a body", async () => {
  await using edge = await startEdge();
  const { path } = await edge.makePoll();
  const answer = await edge.call(path, { method: "HEAD" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("etag")).toStartWith("W/");
  expect(await answer.text()).toBe("");
});

test("[H15] every answer tells browsers not to guess, frame or leak", async () => {
  await using edge = await startEdge();
  for (const path of ["/health", "/api/polls/ABCD1234", "/api/nonsense", "/openapi.json"]) {
    const { headers } = await edge.call(path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    // Not `no-referrer`: with that browsers send forms as from nowhere.
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  }
});

test("[H15] a bug or an outage is 500 with an id that the log has, and the node serves on", async () => {
  await using edge = await startEdge();
  await edge.polls.close();
  const problem = await expectProblem(await edge.call("/api/polls/ABCD1234"), 500);
  const [incident] = /[0-9a-f-]{36}/.exec(problem.detail) ?? [];
  expect(incident).toBeString();
  const line = edge.logged.find((entry) => entry.includes(incident ?? "absent"));
  expect(JSON.parse(line ?? "{}")).toMatchObject({ level: 50, path: "/api/polls/ABCD1234" });
  expect(problem.detail).not.toContain("atabase");
  expect((await edge.call("/health")).status).toBe(200);
});

test("[H16] nothing that identifies a voter or steers a poll is ever logged", async () => {
  await using edge = await startEdge({ settings: { opsToken: "let-the-operator-in" } });
  const voter = await edge.newVoter();
  const { path, host } = await edge.makePoll();
  const headers = { ...host, ...voter, authorization: "Bearer let-the-operator-in" };
  await edge.send("POST", `${path}/votes`, { optionId: "opt-1" }, headers);
  await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, headers);
  await edge.call(`${path}/close?hostKey=${host["x-host-key"]}`, { method: "POST", headers });
  await expectRefusal(await edge.send("POST", `${path}/votes`, {}, headers), "BAD_MESSAGE");
  await edge.call("/ws", { headers: { ...headers, upgrade: "websocket" } });
  await edge.call("/api/ops", { headers });
  await edge.polls.close();
  await edge.call("/api/polls/ABCD1234", { headers });
  const [voterId = "no voter"] = /[\w-]{22}/.exec(voter.cookie.replace("pollcast_voter=", "")) ?? [];
  const log = edge.logged.join("");
  expect(edge.logged.length).toBeGreaterThan(8);
  for (const secret of [voterId, host["x-host-key"], "let-the-operator-in"])
    expect(log).not.toContain(secret);
});

test("[H6] a refusal is problem details that carry the refusal's own members", async () => {
  await using edge = await startEdge();
  const voter = await edge.newVoter();
  const { pollId, path } = await edge.makePoll();
  await edge.send("POST", `${path}/votes`, { optionId: "opt-1" }, voter);
  const refused = await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, voter);
  const message = "You have already voted, and this poll does not let a vote be changed.";
  expect(await expectRefusal(refused, "ALREADY_VOTED")).toEqual({
    type: "about:blank",
    title: "Conflict",
    status: 409,
    detail: message,
    code: "ALREADY_VOTED",
    message,
    pollId,
    yourVote: ["opt-1"],
  });
  expect(refused.headers.has("retry-after")).toBe(false);
});
