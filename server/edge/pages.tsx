/** The pages, rendered here with what the visitor may see, so that the first answer already shows the poll. */
import { EMPTY_FORM } from "../../client/create-form.ts";
import type { Door, PageData } from "../../client/page-data.ts";
import { initialState } from "../../client/poll-state.ts";
import { texts } from "../../client/texts.ts";
import { Home } from "../../client/views/home.tsx";
import { NotFound } from "../../client/views/not-found.tsx";
import { OutOfReach } from "../../client/views/out-of-reach.tsx";
import { PollPage } from "../../client/views/poll-page.tsx";
import { formatPollId, parsePollId } from "../../shared/ids.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { Outage } from "../app/outage.ts";
import { readPoll } from "../app/read-poll.ts";
import { pollView } from "../app/snapshot.ts";
import { accountOf } from "../app/who-is-there.ts";
import { registerAccountForms } from "./account-forms.tsx";
import { type PagePorts, registerAccountPages } from "./account-pages.tsx";
import { tokenFor } from "./csrf-guard.ts";
import type { EdgeApp, EdgeContext } from "./edge-ports.ts";
import { renderPage, voterOf } from "./render-page.tsx";
import { ownersOf } from "./request-parts.ts";
import { serveAsset } from "./serve-asset.ts";
import { visitorOf } from "./visitor.ts";

/** The hash is in the address. */
const FOR_EVER = "public, max-age=31536000, immutable";
/** A hall that waits for a poll asks not more often than this (s). */
const MIN_REFRESH_SECONDS = 2;
const FOR_A_DAY = "public, max-age=86400";

/** Registers `/`, `/:code` and everything that would look like a code; after every other address of the node. */
export function registerPages(app: EdgeApp, ports: PagePorts): void {
  app.get("/assets/*", (context) => serveAsset(context, ports.assets, context.req.path, FOR_EVER));
  app.get("/favicon.ico", (context) => serveAsset(context, ports.assets, ports.assets.icon, FOR_A_DAY));
  app.get("/robots.txt", (context) => context.text("User-agent: *\nAllow: /$\nDisallow: /\n"));
  app.get("/", (context) => home(context, ports));
  registerAccountPages(app, ports);
  registerAccountForms(app, ports);
  app.get("/:code", (context) => poll(context, ports, context.req.param("code")));
}

/** The join form leads here with `?code=`; a code goes on to its poll, anything else comes back with what is wrong. */
async function home(context: EdgeContext, ports: PagePorts): Promise<Response> {
  const typed = context.req.query("code")?.trim().slice(0, 64) ?? "";
  const pollId = parsePollId(typed);
  if (pollId) return context.redirect(`/${pollId}`, 303);
  const who = await visitorOf(ports, context.req.raw);
  const signedIn = who !== "guest" && who !== "emergency";
  const door: Door | null = ports.hosting ? (signedIn ? "myPolls" : "signIn") : null;
  const voter = await voterOf(ports, context);
  const csrfToken = signedIn ? await tokenFor(ports, context.req.raw, voter) : null;
  const data: PageData = { page: "home", code: typed, door, csrfToken };
  const view = <Home form={EMPTY_FORM} actions={null} code={typed} door={door} />;
  return renderPage(context, ports.assets, { title: texts.brand, view, data, status: typed ? 422 : 200 });
}

async function poll(context: EdgeContext, ports: PagePorts, code: string): Promise<Response> {
  const pollId = parsePollId(code);
  if (!pollId) return notFound(context, ports, code.slice(0, 64));
  if (code !== pollId) return context.redirect(`/${pollId}`, 301);
  const request = context.req.raw;
  const account = accountOf(await visitorOf(ports, request));
  const signedIn = account !== null && account !== "emergency";
  // A host key lives in the fragment and the browser's storage, so this page is the host's only by session.
  const asker = { voter: await ports.identity.recognise(request), hostKey: undefined, account };
  const found = await readPoll({ ...ports, ...ownersOf(ports) }, pollId, asker).catch(orOutage);
  if (found instanceof Outage) return outOfReach(context, ports, formatPollId(pollId), found);
  if (isRefusal(found)) return notFound(context, ports, formatPollId(pollId));
  const view = pollView(found.poll, found.beholder, ports.clock());
  const title = `${view.poll.question} · ${texts.brand}`;
  const rendered = <PollPage state={initialState(view)} actions={null} />;
  const voter = await voterOf(ports, context);
  const csrfToken = signedIn ? await tokenFor(ports, request, voter) : null;
  const data: PageData = { page: "poll", view, csrfToken };
  return renderPage(context, ports.assets, { title, view: rendered, data, status: 200 });
}

/** What a browser is shown, where a program gets `UNAVAILABLE`. */
async function outOfReach(
  context: EdgeContext,
  ports: PagePorts,
  code: string,
  { retryAfterMs }: Outage,
): Promise<Response> {
  await voterOf(ports, context);
  const seconds = Math.max(MIN_REFRESH_SECONDS, Math.ceil(retryAfterMs / 1_000));
  context.header("Retry-After", `${seconds}`);
  const title = `${texts.outOfReachTitle} · ${texts.brand}`;
  const view = <OutOfReach code={code} />;
  return renderPage(context, ports.assets, { title, view, data: null, status: 503, refreshSeconds: seconds });
}

function orOutage(trouble: unknown): Outage {
  if (trouble instanceof Outage) return trouble;
  throw trouble;
}

async function notFound(context: EdgeContext, ports: PagePorts, code: string): Promise<Response> {
  await voterOf(ports, context);
  const title = `${texts.notFoundTitle} · ${texts.brand}`;
  return renderPage(context, ports.assets, {
    title,
    view: <NotFound code={code} />,
    data: null,
    status: 404,
  });
}
