/** Making an account, signing in and out, changing the password, deleting the account: for programs and scripts. */
import { createRoute, z } from "@hono/zod-openapi";
import { CSRF_HEADER } from "../../shared/csrf-header.ts";
import {
  changePasswordRequest,
  credentials,
  deleteAccountRequest,
  logoutRequest,
} from "../../shared/messages.ts";
import { isRefusal } from "../../shared/refusals.ts";
import type { BegunSession } from "../app/begin-session.ts";
import { changePassword } from "../app/change-password.ts";
import { deleteAccount } from "../app/delete-account.ts";
import { signIn } from "../app/sign-in.ts";
import { signUp } from "../app/sign-up.ts";
import { browserOf, giveSession, takeSessionAway } from "./browser-session.ts";
import type { EdgeApp, EdgeContext, EdgePorts } from "./edge-ports.ts";
import { noAccountsRefusal } from "./hosting.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { clientOf, tokenHeaders } from "./request-parts.ts";
import { signBrowserOut } from "./sign-browser-out.ts";
import { actingAs } from "./visitor.ts";

const signedInAnswer = z
  .object({
    email: z.string(),
    csrfToken: z.string(),
    durability: z.enum(["durable", "pending"]).meta({
      description:
        "`pending`: a store is away; the session holds, and is made as safe as others when it is back.",
    }),
  })
  .openapi("SignedIn");

const json = <Schema extends z.ZodType>(schema: Schema) => ({ content: { "application/json": { schema } } });
const SIGNED_IN = {
  description: "Signed in, under a session nobody has had before, in `Set-Cookie`.",
  ...json(signedInAnswer),
};
const GONE = { 204: { description: "Done; asking again is harmless." }, ...PROBLEM_RESPONSE };

const create = createRoute({
  method: "post",
  path: "/api/accounts",
  summary: "Make an account and sign in.",
  request: { body: { required: true, ...json(credentials) } },
  responses: { 201: SIGNED_IN, ...PROBLEM_RESPONSE },
});

const login = createRoute({
  method: "post",
  path: "/api/login",
  summary: "Sign in. An unknown e-mail and a wrong password are answered alike.",
  request: { body: { required: true, ...json(credentials) } },
  responses: { 200: SIGNED_IN, ...PROBLEM_RESPONSE },
});

const logout = createRoute({
  method: "post",
  path: "/api/logout",
  summary: "Sign out, here or everywhere.",
  request: { headers: tokenHeaders, body: { required: false, ...json(logoutRequest) } },
  responses: GONE,
});

const password = createRoute({
  method: "put",
  path: "/api/account/password",
  summary: "Change the password. All other sessions end; this one goes on under a new cookie and token.",
  request: { headers: tokenHeaders, body: { required: true, ...json(changePasswordRequest) } },
  responses: { 200: SIGNED_IN, ...PROBLEM_RESPONSE },
});

const remove = createRoute({
  method: "delete",
  path: "/api/account",
  summary: "Delete the account. Its polls stay, as nobody's.",
  request: { headers: tokenHeaders, body: { required: true, ...json(deleteAccountRequest) } },
  responses: GONE,
});

export function accountRoutes(app: EdgeApp, ports: EdgePorts): void {
  doors(app, ports);
  desk(app, ports);
}

/** In and out. */
function doors(app: EdgeApp, ports: EdgePorts): void {
  const { hosting } = ports;

  app.openapi(create, async (context) => {
    if (!hosting) return answerRefusal(context, noAccountsRefusal());
    const request = { ...context.req.valid("json"), address: clientOf(ports, context) };
    const begun = await signUp(hosting, request, await browserOf(hosting, context));
    if (isRefusal(begun)) return answerRefusal(context, begun);
    return context.json(await welcome(ports, context, begun), 201);
  });

  app.openapi(login, async (context) => {
    if (!hosting) return answerRefusal(context, noAccountsRefusal());
    const request = { ...context.req.valid("json"), address: clientOf(ports, context) };
    const begun = await signIn(hosting, request, await browserOf(hosting, context));
    if (isRefusal(begun)) return answerRefusal(context, begun);
    return context.json(await welcome(ports, context, begun), 200);
  });

  app.openapi(logout, async (context) => {
    const { everywhere = false } = context.req.valid("json");
    const refusal = await signBrowserOut(ports, context, everywhere, context.req.header(CSRF_HEADER));
    return refusal ? answerRefusal(context, refusal) : context.body(null, 204);
  });
}

/** What the account itself is changed by. */
function desk(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(password, async (context) => {
    const at = await actingAs(ports, context, context.req.header(CSRF_HEADER));
    if (isRefusal(at)) return answerRefusal(context, at);
    const request = { ...context.req.valid("json"), address: clientOf(ports, context) };
    const { device } = await browserOf(at.hosting, context);
    const begun = await changePassword(at.hosting, at.who, request, device);
    if (isRefusal(begun)) return answerRefusal(context, begun);
    return context.json(await welcome(ports, context, begun), 200);
  });

  app.openapi(remove, async (context) => {
    const at = await actingAs(ports, context, context.req.header(CSRF_HEADER));
    if (isRefusal(at)) return answerRefusal(context, at);
    const request = { ...context.req.valid("json"), address: clientOf(ports, context) };
    const deleted = await deleteAccount(at.hosting, at.who, request);
    if (deleted !== "deleted") return answerRefusal(context, deleted);
    takeSessionAway(at.hosting, context);
    return context.body(null, 204);
  });
}

async function welcome({ hosting }: EdgePorts, context: EdgeContext, begun: BegunSession) {
  if (hosting) await giveSession(hosting, context, begun);
  const { account, csrfToken, durability } = begun;
  return { email: account.email, csrfToken, durability };
}
