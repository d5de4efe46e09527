import type { Refusal } from "../../shared/refusals.ts";
import { signOut, signOutEverywhere } from "../app/sign-out.ts";
import { takeSessionAway } from "./browser-session.ts";
import { judgeCsrf } from "./csrf-guard.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";
import { accountsAwayRefusal, noAccountsRefusal } from "./hosting.ts";
import { visitorOf } from "./visitor.ts";

/**
 * Signs the browser out, or its account everywhere, and takes the cookie. `null`: done, or there was nobody to sign out.
 * Where that cannot be known the browser keeps its cookie: without it nobody could end that session any more.
 */
export async function signBrowserOut(
  ports: EdgePorts,
  context: EdgeContext,
  everywhere: boolean,
  token: string | undefined,
): Promise<Refusal | null> {
  const { hosting } = ports;
  if (!hosting) return noAccountsRefusal();
  const who = await visitorOf(ports, context.req.raw);
  if (who === "emergency") return accountsAwayRefusal();
  if (who !== "guest") {
    const refusal = await judgeCsrf(ports, context.req.raw, token);
    if (refusal) return refusal;
    await (everywhere ? signOutEverywhere(hosting, who.accountId) : signOut(hosting, who));
  }
  takeSessionAway(hosting, context);
  return null;
}
