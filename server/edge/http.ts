/** The HTTP side of a node, put together. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import { createMiddleware } from "hono/factory";
import { methodNotAllowed } from "hono/method-not-allowed";
import { secureHeaders } from "hono/secure-headers";
import { refuseInvalid } from "../../shared/decode-client-message.ts";
import { parseRoomId } from "../../shared/ids.ts";
import { MAX_BODY_BYTES, MAX_ROOM_BODY_BYTES } from "../../shared/limits.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { notFoundRefusal } from "../app/poll.ts";
import { roomNotFoundRefusal } from "../app/room.ts";
import { accessLog } from "./access-log.ts";
import { accountRoutes } from "./account-routes.ts";
import { answerError } from "./answer-error.ts";
import { chartRoutes } from "./chart-routes.ts";
import type { EdgeApp, EdgeContext, EdgeEnv, EdgePorts } from "./edge-ports.ts";
import { exportRoutes } from "./export-routes.ts";
import { hostRoutes } from "./host-routes.ts";
import { opsRoutes } from "./ops-routes.ts";
import { guardOrigin } from "./origin.ts";
import { ownPollRoutes } from "./own-poll-routes.ts";
import { ownSessionRoutes } from "./own-session-routes.ts";
import { pollHealthRoutes } from "./poll-health-routes.ts";
import { pollRoutes } from "./poll-routes.ts";
import { answerProblem, answerRefusal } from "./problem.ts";
import { roomExportRoutes } from "./room-export-routes.ts";
import { roomListRoutes } from "./room-list-routes.ts";
import { roomRoutes } from "./room-routes.ts";
import { schemaRoutes } from "./schema-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { timelineRoutes } from "./timeline-routes.ts";
import { upgradeRoute } from "./upgrade-route.ts";
import { voteRoutes } from "./vote-routes.ts";

/** Knows the other end of each connection; Bun's server does. */
export interface PeerSource {
  requestIP(request: Request): { readonly address: string } | null;
}

export interface Http {
  /** Answers any request; never rejects. */
  fetch(request: Request, server: PeerSource): Response | Promise<Response>;
}

export function buildHttp(ports: EdgePorts): Http {
  const app: EdgeApp = new OpenAPIHono<EdgeEnv>({
    defaultHook: (result, context) => {
      if (result.success) return;
      if (result.target === "param") {
        return answerRefusal(context, noCodeRefusal(context.req.param()));
      }
      return answerRefusal(context, refuseInvalid(result.error));
    },
  });
  app.onError(answerError(ports.log));
  app.notFound((context) => answerProblem(context, 404, "There is nothing at this address."));
  guards(app, ports);
  opsRoutes(app, ports);
  upgradeRoute(app, ports);
  sessionRoutes(app, ports);
  accountRoutes(app, ports);
  ownSessionRoutes(app, ports);
  ownPollRoutes(app, ports);
  pollRoutes(app, ports);
  hostRoutes(app, ports);
  pollHealthRoutes(app, ports);
  roomRoutes(app, ports);
  roomListRoutes(app, ports);
  voteRoutes(app, ports);
  exportRoutes(app, ports);
  roomExportRoutes(app, ports);
  chartRoutes(app, ports);
  timelineRoutes(app, ports);
  schemaRoutes(app);
  ports.pages?.(app, ports);
  return {
    fetch: (request, server) =>
      app.fetch(withWholeUrl(request), { peer: server.requestIP(request)?.address ?? null }),
  };
}

/** Where a code in the address is none: nothing has it. */
function noCodeRefusal({ pollId = "", roomId }: Record<string, string>): Refusal {
  if (roomId !== undefined && !parseRoomId(roomId)) return roomNotFoundRefusal(roomId.slice(0, 64));
  return notFoundRefusal(pollId.slice(0, 64));
}

/** What every request passes, outermost first. */
function guards(app: EdgeApp, ports: EdgePorts): void {
  app.use(accessLog(ports));
  // In a hall this is plain HTTP: HTTPS cannot be made compulsory, and browsers ignore the other two with a warning.
  // Under `no-referrer` browsers send forms with `Origin: null`, which the guard below refuses; under `same-origin` other
  // sites learn as little.
  app.use(
    secureHeaders({
      strictTransportSecurity: false,
      crossOriginOpenerPolicy: false,
      originAgentCluster: false,
      xFrameOptions: "DENY",
      referrerPolicy: "same-origin",
    }),
  );
  app.use(notStored);
  app.use(methodNotAllowed({ app, onMethodNotAllowed: answerNotAllowed }));
  app.use(guardOrigin(ports.settings));
  app.use(NEW_ROOMS, limitBody(MAX_ROOM_BODY_BYTES));
  app.use(except(NEW_ROOMS, limitBody(MAX_BODY_BYTES)));
}

/** Where a room comes with all its questions. */
const NEW_ROOMS = "/api/rooms";

function limitBody(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError: (context) =>
      answerRefusal(context, refuse("TOO_LARGE", `A body has at most ${maxSize} bytes here.`)),
  });
}

/** Answers are about this voter, now. What may be kept says so itself. */
const notStored = createMiddleware<EdgeEnv>(async (context, next) => {
  await next();
  if (!context.res.headers.has("Cache-Control")) context.res.headers.set("Cache-Control", "no-store");
});

/** `OPTIONS` is answered too: it is how HAProxy asks whether a node is alive unless told otherwise. */
function answerNotAllowed(context: EdgeContext, methods: readonly string[]): Response {
  const allow = methods.join(", ");
  if (context.req.method === "OPTIONS") return context.body(null, 204, { Allow: allow });
  return answerProblem(context, 405, `This address knows ${allow}.`, { Allow: allow });
}

/**
 * A request of HTTP/1.0 may name no host (HAProxy's checks do not); Bun then gives its path for a URL. Anybody's may name
 * an impossible one (`Host: a:b:c`), with which the URL is none.
 */
function withWholeUrl(request: Request): Request {
  if (URL.canParse(request.url)) return request;
  return new Request(`http://unnamed${request.url.replace(/^https?:\/\/[^/]*/, "")}`, request);
}
