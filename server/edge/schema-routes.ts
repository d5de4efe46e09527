/** The contract, published from the schemas that validate. */
import { z } from "@hono/zod-openapi";
import { PROTOCOL_VERSION } from "../../shared/limits.ts";
import { clientMessage, serverMessage } from "../../shared/messages.ts";
import { CLOSE, REFUSAL_STATUS } from "../../shared/refusals.ts";
import type { EdgeApp } from "./edge-ports.ts";

const INFO = {
  title: "Pollcast",
  version: String(PROTOCOL_VERSION),
  description: [
    "Live polls. Errors are problem details (RFC 9457) with a `code`.",
    "Live updates come over the WebSocket at `/ws?protocol=1`, whose frames are described at `/protocol.json`.",
    "Votes need the cookie of `POST /api/session`; host calls need the poll's `X-Host-Key` or its owner's session.",
    "Calls by a session send its token beside the cookie: `X-CSRF-Token`, as `POST /api/session` and sign-in tell it.",
  ].join(" "),
};

/** Registered last: it describes the routes that are there by then. */
export function schemaRoutes(app: EdgeApp): void {
  let openapi: object | undefined;
  app.get("/openapi.json", (context) => {
    openapi ??= app.getOpenAPI31Document({ openapi: "3.1.0", info: INFO });
    return context.json(openapi);
  });

  const protocol = {
    protocol: PROTOCOL_VERSION,
    path: `/ws?protocol=${PROTOCOL_VERSION}`,
    client: z.toJSONSchema(clientMessage, { io: "input" }),
    // As input too: as output it would forbid unknown fields, which clients must ignore.
    server: z.toJSONSchema(serverMessage, { io: "input" }),
    refusals: REFUSAL_STATUS,
    closeCodes: CLOSE,
  };
  app.get("/protocol.json", (context) => context.json(protocol));
}
