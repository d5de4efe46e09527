/** The parts of a request that say which poll or room is meant and who asks, as the routes declare and read them. */
import { z } from "@hono/zod-openapi";
import { CSRF_HEADER } from "../../shared/csrf-header.ts";
import type { AccountId } from "../../shared/ids.ts";
import type { Refusal } from "../../shared/refusals.ts";
import { pollIdInput, roomIdInput } from "../../shared/schema-parts.ts";
import type { Asker } from "../app/read-poll.ts";
import type { AccountStore } from "../app/session-ports.ts";
import { accountOf } from "../app/who-is-there.ts";
import { clientAddress } from "./client-address.ts";
import { judgeCsrf } from "./csrf-guard.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";
import { visitorOf } from "./visitor.ts";

export const pollParams = z.object({
  pollId: pollIdInput.meta({ description: "Join code, in any case, with or without dash." }),
});

export const roomParams = z.object({
  roomId: roomIdInput.meta({ description: "The room's code, in any case, with or without dash." }),
});

/** What calls by the session cookie send beside it; see `csrf-guard.ts`. */
export const tokenHeaders = z.object({
  [CSRF_HEADER.toLowerCase() as "x-csrf-token"]: z
    .string()
    .max(128)
    .optional()
    .meta({ description: "The token of POST /api/session, for calls by the session cookie." }),
});

export const hostHeaders = tokenHeaders.extend({
  "x-host-key": z.string().max(128).optional().meta({
    description:
      "The key told to whoever made the poll or the room; not needed by its owner who is signed in.",
  }),
});

/** Who asks to see something: the voter of the cookie, the holder of the host key, the account of the session. */
export async function askerOf(ports: EdgePorts, { req }: EdgeContext): Promise<Asker> {
  return {
    voter: await ports.identity.recognise(req.raw),
    hostKey: req.header("x-host-key"),
    account: accountOf(await visitorOf(ports, req.raw)),
  };
}

/** Who asks to change something. The session counts only with its token; a host key proves enough by itself. */
export async function actingAskerOf(ports: EdgePorts, context: EdgeContext): Promise<Asker | Refusal> {
  const asker = await askerOf(ports, context);
  if (asker.account === null || asker.account === "emergency") return asker;
  const refusal = await judgeCsrf(ports, context.req.raw, context.req.header(CSRF_HEADER));
  if (!refusal) return asker;
  return asker.hostKey === undefined ? refusal : { ...asker, account: null };
}

/** Whose polls and rooms are whose, as the verbs that steer and show polls take it. */
export function ownersOf({ hosting }: Pick<EdgePorts, "hosting">): { readonly owners?: AccountStore } {
  return hosting ? { owners: hosting.accounts } : {};
}

/** The account that something new is given to; `null`: none is signed in, or nobody can tell. */
export async function makerOf(ports: EdgePorts, context: EdgeContext): Promise<AccountId | null | Refusal> {
  const who = await visitorOf(ports, context.req.raw);
  if (who === "guest" || who === "emergency") return null;
  return (await judgeCsrf(ports, context.req.raw, context.req.header(CSRF_HEADER))) ?? who.accountId;
}

/** The client's address, for counting. */
export function clientOf({ settings }: EdgePorts, context: EdgeContext): string {
  return clientAddress(context.req.raw, context.env.peer, settings.trustProxy);
}
