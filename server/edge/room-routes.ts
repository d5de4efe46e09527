/** Making, reading, naming, claiming and deleting rooms. */
import { createRoute, z } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import { CSRF_HEADER } from "../../shared/csrf-header.ts";
import { createRoomRequest, rewriteRoomRequest } from "../../shared/messages.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { createRoom } from "../app/create-room.ts";
import { claimRoom, ownNewRoom } from "../app/own-polls.ts";
import { readRoom, showRoom } from "../app/read-room.ts";
import { removeRoom } from "../app/remove-room.ts";
import { rewriteRoom } from "../app/rewrite-room.ts";
import { roomUpdate } from "../app/room-update.ts";
import { roomAnswer, roomViewAnswer } from "./answer-schemas.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import {
  actingAskerOf,
  askerOf,
  clientOf,
  hostHeaders,
  makerOf,
  ownersOf,
  roomParams,
  tokenHeaders,
} from "./request-parts.ts";
import { roomEtag, roomView, stepAsHost } from "./room-view.ts";
import { actingAs } from "./visitor.ts";

const createdAnswer = z.object({
  room: roomAnswer,
  hostKey: z.string(),
  owned: z.boolean().meta({
    description: "Whether an account owns it. Not while the database is away: claim it with its key later.",
  }),
});

const create = createRoute({
  method: "post",
  path: "/api/rooms",
  summary: "Make a room, with the polls given as drafts. Whoever is signed in owns it.",
  request: {
    headers: tokenHeaders,
    body: { required: true, content: { "application/json": { schema: createRoomRequest } } },
  },
  responses: {
    201: {
      description: "The room, and the key that steers it and all its polls, told this once.",
      content: { "application/json": { schema: createdAnswer } },
    },
    ...PROBLEM_RESPONSE,
  },
});

const read = createRoute({
  method: "get",
  path: "/api/rooms/{roomId}",
  summary: "A room and the question it is at. Who is not its host sees the questions that have been asked.",
  middleware: [etag()] as const,
  request: { params: roomParams, headers: hostHeaders },
  responses: {
    200: { description: "The room.", content: { "application/json": { schema: roomViewAnswer } } },
    304: { description: "What the asker has is still true." },
    ...PROBLEM_RESPONSE,
  },
});

const rewrite = createRoute({
  method: "patch",
  path: "/api/rooms/{roomId}",
  summary: "Change the title, or the order of the polls: `polls` names every one of them once. For its host.",
  request: {
    params: roomParams,
    headers: hostHeaders,
    body: { required: true, content: { "application/json": { schema: rewriteRoomRequest } } },
  },
  responses: {
    200: { description: "The room.", content: { "application/json": { schema: roomViewAnswer } } },
    ...PROBLEM_RESPONSE,
  },
});

const remove = createRoute({
  method: "delete",
  path: "/api/rooms/{roomId}",
  summary: "Delete a room, all its polls and their ballots for good. For its host.",
  request: { params: roomParams, headers: hostHeaders },
  responses: {
    204: { description: "It is gone; its code is never used again. After a 503, deleting again finishes." },
    ...PROBLEM_RESPONSE,
  },
});

const claim = createRoute({
  method: "post",
  path: "/api/rooms/{roomId}/claim",
  summary: "Make the account that is signed in the owner of a room, with its polls, whose key it has.",
  request: { params: roomParams, headers: hostHeaders },
  responses: {
    200: {
      description: "It is; claiming again changes nothing.",
      content: { "application/json": { schema: roomViewAnswer } },
    },
    ...PROBLEM_RESPONSE,
  },
});

export function roomRoutes(app: EdgeApp, ports: EdgePorts): void {
  creation(app, ports);
  claiming(app, ports);

  app.openapi(read, async (context) => {
    const { roomId } = context.req.valid("param");
    const found = await readRoom({ ...ports, ...ownersOf(ports) }, roomId, await askerOf(ports, context));
    if (isRefusal(found)) return answerRefusal(context, found);
    context.header("ETag", roomEtag(found));
    context.header("Cache-Control", "private, no-cache");
    context.header("Vary", "Cookie, X-Host-Key");
    return context.json(roomView(found, ports.clock()), 200);
  });

  app.openapi(rewrite, async (context) => {
    const { roomId } = context.req.valid("param");
    const change = context.req.valid("json");
    const view = await stepAsHost(ports, context, (owning, asker) =>
      rewriteRoom(owning, roomId, change, asker),
    );
    return isRefusal(view) ? answerRefusal(context, view) : context.json(view, 200);
  });

  app.openapi(remove, async (context) => {
    const asker = await actingAskerOf(ports, context);
    if (isRefusal(asker)) return answerRefusal(context, asker);
    const { roomId } = context.req.valid("param");
    const refused = await removeRoom({ ...ports, ...ownersOf(ports) }, roomId, asker);
    return refused ? answerRefusal(context, refused) : context.body(null, 204);
  });
}

function creation(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(create, async (context) => {
    const request = context.req.valid("json");
    const crowded = await ports.limits.pollCreation(
      clientOf(ports, context),
      1 + (request.polls?.length ?? 0),
    );
    if (crowded) return answerRefusal(context, crowded);
    const maker = await makerOf(ports, context);
    if (maker !== null && typeof maker === "object") return answerRefusal(context, maker);
    const created = await createRoom(ports, request);
    if (isRefusal(created)) return answerRefusal(context, created);
    const { room, hostKey } = created;
    const accounts = ports.hosting?.accounts;
    const owned = accounts && maker !== null ? await ownNewRoom({ ...ports, accounts }, maker, room) : false;
    context.header("Location", `/api/rooms/${room.roomId}`);
    const update = await roomUpdate(ports.definitions, room, true, ports.clock());
    return context.json({ room: update, hostKey, owned }, 201);
  });
}

function claiming(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(claim, async (context) => {
    const desk = await actingAs(ports, context, context.req.header(CSRF_HEADER));
    if (isRefusal(desk)) return answerRefusal(context, desk);
    const { roomId } = context.req.valid("param");
    const asker = await askerOf(ports, context);
    const { accounts } = desk.hosting;
    const room = await claimRoom({ ...ports, accounts }, desk.who.accountId, roomId, asker.hostKey);
    if (isRefusal(room)) return answerRefusal(context, room);
    return context.json(roomView(await showRoom(ports, room, asker), ports.clock()), 200);
  });
}
