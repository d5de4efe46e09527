/** Who the session cookie says is there. */
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { notSignedInRefusal } from "../app/account-refusals.ts";
import type { SignedIn } from "../app/session-ports.ts";
import { type Visitor, whoIsThere } from "../app/who-is-there.ts";
import { judgeCsrf } from "./csrf-guard.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";
import { accountsAwayRefusal, type Hosting, noAccountsRefusal } from "./hosting.ts";

/** Signed in, and with what to do something about it. */
export interface AtTheDesk {
  readonly hosting: Hosting;
  readonly who: SignedIn;
}

export async function visitorOf({ hosting }: Pick<EdgePorts, "hosting">, request: Request): Promise<Visitor> {
  return hosting ? whoIsThere(hosting, await hosting.cookie.recognise(request)) : "guest";
}

/** Who is signed in, or why nobody is. For what only reads. */
export async function signedInOf(
  ports: Pick<EdgePorts, "hosting">,
  request: Request,
): Promise<AtTheDesk | Refusal> {
  const { hosting } = ports;
  if (!hosting) return noAccountsRefusal();
  const who = await visitorOf(ports, request);
  if (who === "emergency") return accountsAwayRefusal();
  return who === "guest" ? notSignedInRefusal() : { hosting, who };
}

/** The same for what changes something: with the token of the session (`csrf-guard.ts`). */
export async function actingAs(
  ports: EdgePorts,
  context: EdgeContext,
  token: string | undefined,
): Promise<AtTheDesk | Refusal> {
  const desk = await signedInOf(ports, context.req.raw);
  if (isRefusal(desk)) return desk;
  return (await judgeCsrf(ports, context.req.raw, token)) ?? desk;
}
