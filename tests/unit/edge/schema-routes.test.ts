import { expect, test } from "bun:test";
import { type Edge, startEdge } from "../../support/start-edge.ts";

interface Operation {
  readonly summary?: string;
  readonly responses: Record<string, unknown>;
  readonly requestBody?: unknown;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

const documentOf = async (edge: Edge) => (await (await edge.call("/openapi.json")).json()) as Document;

test("[H12] the OpenAPI document has every call of the contract", async () => {
  await using edge = await startEdge();
  const { openapi, paths } = await documentOf(edge);
  expect(openapi).toBe("3.1.0");
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const poll = "/api/polls/{pollId}";
  const posts = ["votes", "open", "close", "extend", "hide", "reveal", "claim", "again"].map(
    (action) => `POST ${poll}/${action}`,
  );
  const gets = ["export.csv", "export.json", "audit", "timeline", "chart.svg", "health"].map(
    (file) => `GET ${poll}/${file}`,
  );
  const ops = ["/health", "/ready", "/metrics", "/api/ops"].map((path) => `GET ${path}`);
  const rest = ["POST /api/polls", "GET /api/polls", `GET ${poll}`, `PATCH ${poll}`, `DELETE ${poll}`];
  const room = "/api/rooms/{roomId}";
  const rooms = [
    "POST /api/rooms",
    `GET ${room}`,
    `PATCH ${room}`,
    `DELETE ${room}`,
    `POST ${room}/claim`,
    `GET ${room}/export.csv`,
  ];
  const steps = [`POST ${room}/go`, `POST ${room}/polls`, `DELETE ${room}/polls/{pollId}`];
  const session = "/api/session";
  const sessions = [`POST ${session}`, `GET ${session}`, `PUT ${session}/{category}`, "GET /api/sessions"];
  const accounts = ["POST /api/accounts", "POST /api/login", "POST /api/logout", "DELETE /api/account"];
  const one = ["PUT /api/account/password", "DELETE /api/sessions/{sessionId}"];
  const all = [...posts, ...gets, ...ops, ...rest, ...rooms, ...steps, ...sessions, ...accounts, ...one];
  expect(calls.sort()).toEqual(all.sort());
});

test("[H12] every documented call answers, with a status it documents or a problem", async () => {
  await using edge = await startEdge({ settings: { opsToken: "let-the-operator-in" } });
  const { paths } = await documentOf(edge);
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const { pollId, host } = await edge.makePoll({ open: false });
      const room = await edge.makeRoom(["Now?"]);
      const address = path.replace("{pollId}", pollId).replace("{roomId}", room.roomId);
      const answer = await edge.call(address, {
        method: method.toUpperCase(),
        headers: {
          ...(path.includes("{roomId}") ? room.host : host),
          authorization: "Bearer let-the-operator-in",
        },
      });
      expect(operation.summary).toBeString();
      const known = String(answer.status) in operation.responses;
      const problem = answer.headers.get("content-type") === "application/problem+json";
      expect({ path, method, known: known || (problem && answer.status < 500) }).toEqual({
        path,
        method,
        known: true,
      });
      await answer.body?.cancel();
    }
  }
});

test("[H12] every reference in the document leads somewhere, and names are not repeated in a path", async () => {
  await using edge = await startEdge();
  const document = await documentOf(edge);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(10);
  for (const [, name = ""] of references) expect(document.components.schemas).toHaveProperty(name);
  expect(Object.keys(document.components.schemas).sort()).toEqual([
    "Ops",
    "OwnPoll",
    "OwnSession",
    "Poll",
    "PollHealth",
    "PollView",
    "Problem",
    "Results",
    "Room",
    "RoomView",
    "Session",
    "Shard",
    "SignedIn",
    "Timeline",
  ]);
});

test("[H12] the protocol document describes every frame both ways, and lets unknown fields be", async () => {
  await using edge = await startEdge();
  interface Frames {
    readonly oneOf: readonly { readonly properties: { readonly type: { readonly const: string } } }[];
  }
  const document = (await (await edge.call("/protocol.json")).json()) as {
    readonly protocol: number;
    readonly client: Frames;
    readonly server: Frames;
    readonly refusals: { readonly POLL_CLOSED: number };
  };
  const typesOf = ({ oneOf }: Frames) => oneOf.map(({ properties }) => properties.type.const).sort();
  expect(document.protocol).toBe(1);
  expect(typesOf(document.client)).toEqual([
    "CAST_VOTE",
    "JOIN_POLL",
    "JOIN_ROOM",
    "LEAVE_POLL",
    "LEAVE_ROOM",
    "PING",
  ]);
  expect(typesOf(document.server)).toEqual([
    "ERROR",
    "HELLO",
    "POLL_SYSTEM",
    "POLL_UPDATE",
    "PONG",
    "RECONNECT",
    "RESULTS_UPDATE",
    "ROOM_SYSTEM",
    "ROOM_UPDATE",
    "VOTE_ACCEPTED",
    "VOTE_PENDING",
  ]);
  expect(document.refusals.POLL_CLOSED).toBe(410);
  expect(JSON.stringify(document)).not.toContain("additionalProperties");
});
