/** The questions of a room: added, dropped, and gone to. */
import { createRoute, z } from "@hono/zod-openapi";
import { addPollRequest, goRequest } from "../../shared/messages.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { showRoom } from "../app/read-room.ts";
import { addPoll, dropPoll, goTo } from "../app/room-polls.ts";
import { pollView } from "../app/snapshot.ts";
import { pollViewAnswer, roomAnswer, roomViewAnswer } from "./answer-schemas.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { actingAskerOf, clientOf, hostHeaders, ownersOf, pollParams, roomParams } from "./request-parts.ts";
import { stepAsHost } from "./room-view.ts";

const STEP_RESPONSES = {
  200: {
    description: "The room as its host now sees it; doing the same again changes nothing.",
    content: { "application/json": { schema: roomViewAnswer } },
  },
  ...PROBLEM_RESPONSE,
} as const;

const add = createRoute({
  method: "post",
  path: "/api/rooms/{roomId}/polls",
  summary: "Write a new draft into the room, after another of its polls or at the end. For its host.",
  request: {
    params: roomParams,
    headers: hostHeaders,
    body: { required: true, content: { "application/json": { schema: addPollRequest } } },
  },
  responses: {
    201: {
      description: "The room, and the new poll, which the room's key steers.",
      content: { "application/json": { schema: z.object({ room: roomAnswer, view: pollViewAnswer }) } },
    },
    ...PROBLEM_RESPONSE,
  },
});

const drop = createRoute({
  method: "delete",
  path: "/api/rooms/{roomId}/polls/{pollId}",
  summary: "Take a poll out of the room and delete it and its ballots for good. For its host.",
  request: { params: roomParams.extend(pollParams.shape), headers: hostHeaders },
  responses: STEP_RESPONSES,
});

const go = createRoute({
  method: "post",
  path: "/api/rooms/{roomId}/go",
  summary:
    "Everybody in the room moves to this question; a draft opens, unless `open` is false. For its host.",
  request: {
    params: roomParams,
    headers: hostHeaders,
    body: { required: true, content: { "application/json": { schema: goRequest } } },
  },
  responses: STEP_RESPONSES,
});

export function roomListRoutes(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(add, async (context) => {
    const crowded = await ports.limits.pollCreation(clientOf(ports, context));
    if (crowded) return answerRefusal(context, crowded);
    const asker = await actingAskerOf(ports, context);
    if (isRefusal(asker)) return answerRefusal(context, asker);
    const owning = { ...ports, ...ownersOf(ports) };
    const { roomId } = context.req.valid("param");
    const added = await addPoll(owning, roomId, context.req.valid("json"), asker);
    if (isRefusal(added)) return answerRefusal(context, added);
    const { room } = await showRoom(owning, added.room, asker);
    context.header("Location", `/api/polls/${added.poll.definition.pollId}`);
    const view = pollView(added.poll, { host: true, yourVote: null }, ports.clock());
    return context.json({ room, view }, 201);
  });

  app.openapi(drop, async (context) => {
    const { roomId, pollId } = context.req.valid("param");
    const view = await stepAsHost(ports, context, (owning, asker) => dropPoll(owning, roomId, pollId, asker));
    return isRefusal(view) ? answerRefusal(context, view) : context.json(view, 200);
  });

  app.openapi(go, async (context) => {
    const { roomId } = context.req.valid("param");
    const move = context.req.valid("json");
    const view = await stepAsHost(ports, context, (owning, asker) => goTo(owning, roomId, move, asker));
    return isRefusal(view) ? answerRefusal(context, view) : context.json(view, 200);
  });
}
