/** Making, reading, rewriting and deleting polls. */
import { createRoute, z } from "@hono/zod-openapi";
import { etag } from "hono/etag";
import { createPollRequest, rewritePollRequest } from "../../shared/messages.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { createPoll } from "../app/create-poll.ts";
import { ownNewPoll } from "../app/own-polls.ts";
import { readPoll } from "../app/read-poll.ts";
import { removePoll } from "../app/room-polls.ts";
import { pollUpdate, pollView } from "../app/snapshot.ts";
import { pollAnswer, pollViewAnswer } from "./answer-schemas.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { pollEtag } from "./poll-etag.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import {
  actingAskerOf,
  askerOf,
  clientOf,
  hostHeaders,
  makerOf,
  ownersOf,
  pollParams,
  tokenHeaders,
} from "./request-parts.ts";
import { steerAsHost } from "./steer-as-host.ts";

const createdAnswer = z.object({
  poll: pollAnswer,
  hostKey: z.string(),
  owned: z.boolean().meta({
    description: "Whether an account owns it. Not while the database is away: claim it with its key later.",
  }),
});

const create = createRoute({
  method: "post",
  path: "/api/polls",
  summary: "Make a poll; it opens at once unless `open` is false. Whoever is signed in owns it.",
  request: {
    headers: tokenHeaders,
    body: { required: true, content: { "application/json": { schema: createPollRequest } } },
  },
  responses: {
    201: {
      description: "The poll, and the key that steers it, told this once.",
      content: { "application/json": { schema: createdAnswer } },
    },
    ...PROBLEM_RESPONSE,
  },
});

const read = createRoute({
  method: "get",
  path: "/api/polls/{pollId}",
  summary: "A poll and its results, as far as the asker may see them; also after its end.",
  middleware: [etag()] as const,
  request: { params: pollParams, headers: hostHeaders },
  responses: {
    200: { description: "The poll.", content: { "application/json": { schema: pollViewAnswer } } },
    304: { description: "What the asker has is still true." },
    ...PROBLEM_RESPONSE,
  },
});

const rewrite = createRoute({
  method: "patch",
  path: "/api/polls/{pollId}",
  summary: "Change the text of a draft. For its host.",
  request: {
    params: pollParams,
    headers: hostHeaders,
    body: { required: true, content: { "application/json": { schema: rewritePollRequest } } },
  },
  responses: {
    200: { description: "The poll.", content: { "application/json": { schema: pollViewAnswer } } },
    ...PROBLEM_RESPONSE,
  },
});

const remove = createRoute({
  method: "delete",
  path: "/api/polls/{pollId}",
  summary: "Delete a poll and its ballots for good. For its host.",
  request: { params: pollParams, headers: hostHeaders },
  responses: { 204: { description: "It is gone; its code is never used again." }, ...PROBLEM_RESPONSE },
});

export function pollRoutes(app: EdgeApp, ports: EdgePorts): void {
  creation(app, ports);

  app.openapi(read, async (context) => {
    const { pollId } = context.req.valid("param");
    const found = await readPoll({ ...ports, ...ownersOf(ports) }, pollId, await askerOf(ports, context));
    if (isRefusal(found)) return answerRefusal(context, found);
    const { poll, beholder } = found;
    context.header("ETag", pollEtag(poll, beholder));
    context.header("Cache-Control", "private, no-cache");
    context.header("Vary", "Cookie, X-Host-Key");
    return context.json(pollView(poll, beholder, ports.clock()), 200);
  });

  app.openapi(rewrite, async (context) => {
    const { pollId } = context.req.valid("param");
    const text = context.req.valid("json");
    const view = await steerAsHost(ports, context, pollId, { action: "rewrite", text });
    return isRefusal(view) ? answerRefusal(context, view) : context.json(view, 200);
  });

  app.openapi(remove, async (context) => {
    const asker = await actingAskerOf(ports, context);
    if (isRefusal(asker)) return answerRefusal(context, asker);
    const { pollId } = context.req.valid("param");
    const refused = await removePoll({ ...ports, ...ownersOf(ports) }, pollId, asker);
    return refused ? answerRefusal(context, refused) : context.body(null, 204);
  });
}

function creation(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(create, async (context) => {
    const crowded = await ports.limits.pollCreation(clientOf(ports, context));
    if (crowded) return answerRefusal(context, crowded);
    const maker = await makerOf(ports, context);
    if (maker !== null && typeof maker === "object") return answerRefusal(context, maker);
    const created = await createPoll(ports, context.req.valid("json"));
    if (isRefusal(created)) return answerRefusal(context, created);
    const { poll, hostKey } = created;
    const owned =
      ports.hosting && maker !== null ? await ownNewPoll(ports.hosting, maker, poll.definition) : false;
    context.header("Location", `/api/polls/${poll.definition.pollId}`);
    const update = pollUpdate(poll, { host: true, yourVote: null }, ports.clock());
    return context.json({ poll: update, hostKey, owned }, 201);
  });
}
