/** What the forms of `/login` and `/account` send. Each ends in a redirect, or in its page with what is wrong. */
import { z } from "zod";
import { changePasswordRequest, credentials, deleteAccountRequest } from "../../shared/messages.ts";
import { isRefusal, REFUSAL_STATUS, type Refusal } from "../../shared/refusals.ts";
import { changePassword } from "../app/change-password.ts";
import { deleteAccount } from "../app/delete-account.ts";
import { Outage } from "../app/outage.ts";
import { revokeSession } from "../app/own-sessions.ts";
import { signIn } from "../app/sign-in.ts";
import { signUp } from "../app/sign-up.ts";
import { accountPage, awayPage, type Done, type PagePorts, signInPage } from "./account-pages.tsx";
import { browserOf, giveSession, takeSessionAway } from "./browser-session.ts";
import { judgeCsrf } from "./csrf-guard.ts";
import type { EdgeApp, EdgeContext } from "./edge-ports.ts";
import { backFor } from "./form-back.ts";
import { accountsAwayRefusal, type Hosting, noAccountsRefusal } from "./hosting.ts";
import { readForm, type SentForm } from "./read-form.ts";
import type { Rendered } from "./render-page.tsx";
import { clientOf } from "./request-parts.ts";
import { signBrowserOut } from "./sign-browser-out.ts";
import { type AtTheDesk, actingAs, signedInOf } from "./visitor.ts";

const signOutForm = z.object({ everywhere: z.literal("yes").optional() });
const revokeForm = z.object({ sessionId: z.string() });

export function registerAccountForms(app: EdgeApp, ports: PagePorts): void {
  app.post("/login", (context) => enter(context, ports, "signIn"));
  app.post("/login/new", (context) => enter(context, ports, "signUp"));
  app.post("/account/sign-out", (context) => leave(context, ports));
  app.post("/account/revoke", (context) => revoke(context, ports));
  app.post("/account/password", (context) => changeOwnPassword(context, ports));
  app.post("/account/delete", (context) => deleteOwnAccount(context, ports));
}

type Door = "signIn" | "signUp";

async function enter(context: EdgeContext, ports: PagePorts, door: Door): Promise<Response> {
  const { hosting } = ports;
  if (!hosting) return awayPage(context, ports, noAccountsRefusal());
  const form = await readForm(context, credentials);
  const refusal = isRefusal(form) ? form : await admit(context, ports, hosting, form, door);
  if (!refusal) return context.redirect("/account", 303);
  const email = isRefusal(form) ? "" : form.fields.email;
  return signInPage(context, ports, { [door]: backFor(refusal, email), status: statusOf(refusal) });
}

/** Signs in, or up and in. `null`: the browser has its session. */
async function admit(
  context: EdgeContext,
  ports: PagePorts,
  hosting: Hosting,
  { csrf, fields }: SentForm<z.infer<typeof credentials>>,
  door: Door,
): Promise<Refusal | null> {
  const stale = await judgeCsrf(ports, context.req.raw, csrf);
  if (stale) return stale;
  const verb = door === "signIn" ? signIn : signUp;
  const request = { ...fields, address: clientOf(ports, context) };
  const begun = await orAway(verb(hosting, request, await browserOf(hosting, context)));
  if (isRefusal(begun)) return begun;
  await giveSession(hosting, context, begun);
  return null;
}

async function leave(context: EdgeContext, ports: PagePorts): Promise<Response> {
  const form = await readForm(context, signOutForm);
  if (isRefusal(form)) return turnedAway(context, ports, form);
  const everywhere = form.fields.everywhere === "yes";
  const refusal = await orAway(signBrowserOut(ports, context, everywhere, form.csrf));
  if (refusal) return turnedAway(context, ports, refusal);
  return leadTo(context, "/login", everywhere ? "signedOutEverywhere" : "signedOut");
}

async function revoke(context: EdgeContext, ports: PagePorts): Promise<Response> {
  const refusal = await atTheDesk(context, ports, revokeForm, async ({ hosting, who }, { sessionId }) => {
    const revoked = await revokeSession(hosting, who, sessionId);
    // One that has ended by itself meanwhile is as good as ended here.
    return typeof revoked === "object" && revoked.code !== "NOT_ALLOWED" ? revoked : null;
  });
  return refusal ? turnedAway(context, ports, refusal) : leadTo(context, "/account", "revoked");
}

async function changeOwnPassword(context: EdgeContext, ports: PagePorts): Promise<Response> {
  const refusal = await atTheDesk(context, ports, changePasswordRequest, async ({ hosting, who }, fields) => {
    const request = { ...fields, address: clientOf(ports, context) };
    const { device } = await browserOf(hosting, context);
    const begun = await changePassword(hosting, who, request, device);
    if (isRefusal(begun)) return begun;
    await giveSession(hosting, context, begun);
    return null;
  });
  if (!refusal) return leadTo(context, "/account", "password");
  return backAtTheDesk(context, ports, refusal, "password");
}

async function deleteOwnAccount(context: EdgeContext, ports: PagePorts): Promise<Response> {
  const refusal = await atTheDesk(context, ports, deleteAccountRequest, async ({ hosting, who }, fields) => {
    const request = { ...fields, address: clientOf(ports, context) };
    const deleted = await deleteAccount(hosting, who, request);
    if (deleted !== "deleted") return deleted;
    takeSessionAway(hosting, context);
    return null;
  });
  return refusal ? backAtTheDesk(context, ports, refusal, "deletion") : leadTo(context, "/login", "deleted");
}

/** Does what a form of the account page asks, for whoever is signed in and sent it from there. `null`: done. */
async function atTheDesk<Fields>(
  context: EdgeContext,
  ports: PagePorts,
  schema: z.ZodType<Fields>,
  act: (desk: AtTheDesk, fields: Fields) => Promise<Refusal | null>,
): Promise<Refusal | null> {
  const form = await readForm(context, schema);
  if (isRefusal(form)) return form;
  const desk = await actingAs(ports, context, form.csrf);
  return isRefusal(desk) ? desk : orAway(act(desk, form.fields));
}

/** The account's page again, with what is wrong in the form that was sent. */
async function backAtTheDesk(
  context: EdgeContext,
  ports: PagePorts,
  refusal: Refusal,
  form: "password" | "deletion",
): Promise<Response> {
  const desk = await signedInOf(ports, context.req.raw);
  if (isRefusal(desk)) return turnedAway(context, ports, desk);
  return accountPage(context, ports, desk, { [form]: backFor(refusal, ""), status: statusOf(refusal) });
}

function turnedAway(context: EdgeContext, ports: PagePorts, refusal: Refusal): Response | Promise<Response> {
  const isGuest = refusal.code === "NOT_ALLOWED" && !refusal.errors;
  return isGuest ? context.redirect("/login", 303) : awayPage(context, ports, refusal);
}

function leadTo(context: EdgeContext, page: "/login" | "/account", done: Done): Response {
  return context.redirect(`${page}?done=${done}`, 303);
}

function statusOf({ code }: Refusal): Rendered["status"] {
  const status = REFUSAL_STATUS[code];
  // What came in the form cannot be read or used: the page comes back, as after a mistyped code.
  return status === 400 || status === 401 || status === 410 ? 422 : status;
}

async function orAway<Answer>(asked: Promise<Answer>): Promise<Answer | Refusal> {
  try {
    return await asked;
  } catch (trouble) {
    if (trouble instanceof Outage) return accountsAwayRefusal();
    throw trouble;
  }
}
