/** The pages, rendered here with what the visitor may see, so that the first answer already shows the poll. */
import type { ComponentChild } from "preact";
import { renderToString } from "preact-render-to-string";
import { EMPTY_FORM } from "../../client/create-form.ts";
import type { PageData } from "../../client/page-data.ts";
import { initialState } from "../../client/poll-state.ts";
import { texts } from "../../client/texts.ts";
import { Home } from "../../client/views/home.tsx";
import { NotFound } from "../../client/views/not-found.tsx";
import { OutOfReach } from "../../client/views/out-of-reach.tsx";
import { PollPage } from "../../client/views/poll-page.tsx";
import { formatPollId, parsePollId } from "../../shared/ids.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { Outage } from "../app/outage.ts";
import type { Clock, PollStore } from "../app/ports.ts";
import { readPoll } from "../app/read-poll.ts";
import { pollView } from "../app/snapshot.ts";
import type { Assets } from "./assets.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import type { EdgeApp, EdgeContext } from "./edge-ports.ts";
import type { Identity } from "./identity.ts";
import { Page } from "./page.tsx";

export interface PagePorts {
  readonly polls: PollStore;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly assets: Assets;
}

/** The hash is in the address. */
const FOR_EVER = "public, max-age=31536000, immutable";
/** A hall that waits for a poll asks not more often than this (s). */
const MIN_REFRESH_SECONDS = 2;
const FOR_A_DAY = "public, max-age=86400";

/** Registers `/`, `/:code`, `/assets/*`, `/favicon.ico` and `/robots.txt`; after every other address of the node. */
export function registerPages(app: EdgeApp, ports: PagePorts): void {
  app.get("/assets/*", (context) => serveAsset(context, ports.assets, context.req.path, FOR_EVER));
  app.get("/favicon.ico", (context) => serveAsset(context, ports.assets, ports.assets.icon, FOR_A_DAY));
  app.get("/robots.txt", (context) => context.text("User-agent: *\nAllow: /$\nDisallow: /\n"));
  app.get("/", (context) => home(context, ports));
  app.get("/:code", (context) => poll(context, ports, context.req.param("code")));
}

/** The join form leads here with `?code=`; a code goes on to its poll, anything else comes back with what is wrong. */
async function home(context: EdgeContext, ports: PagePorts): Promise<Response> {
  const typed = context.req.query("code")?.trim().slice(0, 64) ?? "";
  const pollId = parsePollId(typed);
  if (pollId) return context.redirect(`/${pollId}`, 303);
  const data: PageData = { page: "home", code: typed };
  const view = <Home form={EMPTY_FORM} actions={null} code={typed} />;
  return page(context, ports, { title: texts.brand, view, data, status: typed ? 422 : 200 });
}

async function poll(context: EdgeContext, ports: PagePorts, code: string): Promise<Response> {
  const pollId = parsePollId(code);
  if (!pollId) return notFound(context, ports, code.slice(0, 64));
  if (code !== pollId) return context.redirect(`/${pollId}`, 301);
  const voter = await ports.identity.recognise(context.req.raw);
  // The host key lives in the fragment and the browser's storage: the page itself is never the host's.
  const found = await readPoll(ports, pollId, { voter, hostKey: undefined }).catch(orOutage);
  if (found instanceof Outage) return outOfReach(context, ports, formatPollId(pollId), found);
  if (isRefusal(found)) return notFound(context, ports, formatPollId(pollId));
  const view = pollView(found.poll, found.beholder, ports.clock());
  const title = `${view.poll.question} · ${texts.brand}`;
  const rendered = <PollPage state={initialState(view)} actions={null} />;
  return page(context, ports, { title, view: rendered, data: { page: "poll", view }, status: 200 });
}

/** What a browser is shown, where a program gets `UNAVAILABLE`. */
function outOfReach(
  context: EdgeContext,
  ports: PagePorts,
  code: string,
  { retryAfterMs }: Outage,
): Promise<Response> {
  const seconds = Math.max(MIN_REFRESH_SECONDS, Math.ceil(retryAfterMs / 1_000));
  context.header("Retry-After", `${seconds}`);
  const title = `${texts.outOfReachTitle} · ${texts.brand}`;
  const view = <OutOfReach code={code} />;
  return page(context, ports, { title, view, data: null, status: 503, refreshSeconds: seconds });
}

function orOutage(trouble: unknown): Outage {
  if (trouble instanceof Outage) return trouble;
  throw trouble;
}

function notFound(context: EdgeContext, ports: PagePorts, code: string): Promise<Response> {
  const title = `${texts.notFoundTitle} · ${texts.brand}`;
  return page(context, ports, { title, view: <NotFound code={code} />, data: null, status: 404 });
}

interface Rendered {
  readonly title: string;
  readonly view: ComponentChild;
  /** `null`: a page without a script. */
  readonly data: PageData | null;
  readonly status: 200 | 404 | 422 | 503;
  /** The page comes back by itself after so long (s). */
  readonly refreshSeconds?: number;
}

async function page(
  context: EdgeContext,
  { identity, assets }: PagePorts,
  { title, view, data, status, refreshSeconds }: Rendered,
): Promise<Response> {
  const request = context.req.raw;
  if (!(await identity.recognise(request))) {
    context.header("Set-Cookie", (await identity.issue(request)).setCookie);
  }
  context.header("Content-Security-Policy", contentSecurityPolicy(request.headers.get("host")));
  context.header("Cache-Control", "private, no-store");
  const document = (
    <Page title={title} assets={assets} data={data} {...(refreshSeconds !== undefined && { refreshSeconds })}>
      {view}
    </Page>
  );
  return context.html(`<!doctype html>${renderToString(document)}`, status);
}

function serveAsset(context: EdgeContext, assets: Assets, path: string, cacheControl: string): Response {
  const asset = assets.find(path);
  if (!asset) return context.notFound() as Response; // ours is synchronous
  const headers = {
    "Content-Type": asset.contentType,
    "Cache-Control": cacheControl,
    ETag: asset.etag,
    Vary: "Accept-Encoding",
  };
  if (context.req.header("if-none-match") === asset.etag) return context.body(null, 304, headers);
  const gzip = /\bgzip\b/.test(context.req.header("accept-encoding") ?? "");
  if (!gzip) return context.body(asset.body, 200, headers);
  return context.body(asset.gzipped, 200, { ...headers, "Content-Encoding": "gzip" });
}
