import { createHash } from "node:crypto";
import type { VoterId } from "../../shared/ids.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import type { EdgeApp, EdgeContext, EdgePorts } from "./edge-ports.ts";
import { awayRefusal } from "./ops-routes.ts";
import { judgeOrigin } from "./origin.ts";
import { answerProblem, answerRefusal } from "./problem.ts";
import { clientOf } from "./request-parts.ts";

/** `GET /ws`: from a request to a socket that has a voter. */
export function upgradeRoute(app: EdgeApp, ports: EdgePorts): void {
  app.get("/ws", async (context) => {
    const refusal = await judge(ports, context);
    if (refusal) return answerRefusal(context, refusal);
    const request = context.req.raw;
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return answerProblem(context, 426, "This address speaks WebSocket.", { Upgrade: "websocket" });
    }
    const known = await ports.identity.recognise(request);
    const { voter, setCookie } = known
      ? { voter: known, setCookie: undefined }
      : await ports.identity.issue(request);
    const protocol = context.req.query("protocol") ?? null;
    const session = (await ports.hosting?.cookie.recognise(request)) ?? null;
    const looksOn = context.req.query("as") === "audience";
    const data = looksOn
      ? { voter: onlookerOf(voter), session: null, protocol, looksOn }
      : { voter, session, protocol };
    if (!ports.upgrade(request, data, setCookie === undefined ? {} : { "Set-Cookie": setCookie })) {
      return answerRefusal(context, refuse("BAD_MESSAGE", "This is not a WebSocket handshake."));
    }
    ports.telemetry.upgrade();
    // Bun has answered by itself and drops this; it is for the log.
    return new Response(null, { status: 101 });
  });
}

/**
 * Whom a browser counts as while it only looks on: the same at every return, so that it is counted once, and nobody who
 * has voted or is a host, so that nothing reaches it that is hidden from the audience.
 */
function onlookerOf(voter: VoterId): VoterId {
  return createHash("sha256").update(`onlooker ${voter}`).digest("base64url").slice(0, 22) as VoterId; // made here
}

async function judge(ports: EdgePorts, context: EdgeContext): Promise<Refusal | null> {
  return (
    awayRefusal(ports) ??
    judgeOrigin(context.req.raw, ports.settings) ??
    (await ports.limits.arrival(clientOf(ports, context)))
  );
}
