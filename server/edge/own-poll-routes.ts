/** The polls and rooms of an account: listed, and taken over with their key. */
import { createRoute, z } from "@hono/zod-openapi";
import { CSRF_HEADER } from "../../shared/csrf-header.ts";
import { isRoomId } from "../../shared/ids.ts";
import { pollStatus } from "../../shared/messages.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { claimPoll, type ListedPoll, listOwnPolls } from "../app/own-polls.ts";
import { pollView } from "../app/snapshot.ts";
import { pollViewAnswer } from "./answer-schemas.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { hostHeaders, pollParams } from "./request-parts.ts";
import { actingAs, signedInOf } from "./visitor.ts";

const PAGE = { usual: 20, most: 100 };

const ownPoll = z
  .object({
    pollId: z.string().meta({ description: "Its code; a room's has 6 characters." }),
    room: z.boolean().meta({ description: "A room, with all its polls: no status or count of its own." }),
    question: z.string().meta({ description: "Of a room its title, or its first question when made." }),
    createdAt: z.int(),
    status: pollStatus.nullable().meta({ description: "`null`: a room, or it cannot be read just now." }),
    participantCount: z.int().nullable(),
  })
  .openapi("OwnPoll");

const list = createRoute({
  method: "get",
  path: "/api/polls",
  summary: "The polls and rooms of the account that is signed in, newest first.",
  request: {
    query: z.object({
      cursor: z.string().max(128).optional().meta({ description: "`nextCursor` of the page before." }),
      limit: z.coerce.number().int().min(1).max(PAGE.most).default(PAGE.usual),
    }),
  },
  responses: {
    200: {
      description: "A page; `nextCursor` is `null` on the last.",
      content: {
        "application/json": {
          schema: z.object({ items: z.array(ownPoll), nextCursor: z.string().nullable() }),
        },
      },
    },
    ...PROBLEM_RESPONSE,
  },
});

const claim = createRoute({
  method: "post",
  path: "/api/polls/{pollId}/claim",
  summary: "Make the account that is signed in the owner of a poll whose key it has.",
  request: { params: pollParams, headers: hostHeaders },
  responses: {
    200: {
      description: "It is; claiming again changes nothing.",
      content: { "application/json": { schema: pollViewAnswer } },
    },
    ...PROBLEM_RESPONSE,
  },
});

export function ownPollRoutes(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(list, async (context) => {
    const desk = await signedInOf(ports, context.req.raw);
    if (isRefusal(desk)) return answerRefusal(context, desk);
    const { cursor, limit } = context.req.valid("query");
    const { accounts } = desk.hosting;
    const page = await listOwnPolls({ ...ports, accounts }, desk.who.accountId, limit, cursor);
    if (isRefusal(page)) return answerRefusal(context, page);
    return context.json({ items: page.items.map(listed), nextCursor: page.nextCursor }, 200);
  });

  app.openapi(claim, async (context) => {
    const desk = await actingAs(ports, context, context.req.header(CSRF_HEADER));
    if (isRefusal(desk)) return answerRefusal(context, desk);
    const { pollId } = context.req.valid("param");
    const { accounts } = desk.hosting;
    const hostKey = context.req.header("x-host-key");
    const poll = await claimPoll({ polls: ports.polls, accounts }, desk.who.accountId, pollId, hostKey);
    if (isRefusal(poll)) return answerRefusal(context, poll);
    const voter = await ports.identity.recognise(context.req.raw);
    const [own] = voter ? await ports.polls.choicesOf(pollId, [voter]) : [];
    const beholder = { host: true, yourVote: own?.optionIds ?? null };
    return context.json(pollView(poll, beholder, ports.clock()), 200);
  });
}

function listed({ own, poll }: ListedPoll) {
  const status = poll?.control.status ?? null;
  return {
    ...own,
    room: isRoomId(own.pollId),
    status,
    participantCount: poll?.tally.participantCount ?? null,
  };
}
