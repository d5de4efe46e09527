/** What is shown where there is nothing to show. */
import { everyPage, home } from "../../client/texts/spoken.ts";
import { NotFound } from "../../client/views/not-found.tsx";
import { OneMoment } from "../../client/views/one-moment.tsx";
import type { Refusal } from "../../shared/refusals.ts";
import type { Outage } from "../app/outage.ts";
import type { PagePorts } from "./account-pages.tsx";
import type { EdgeContext } from "./edge-ports.ts";
import { renderPage, voterOf } from "./render-page.tsx";

/** A hall that waits for a poll asks not more often than this (s). */
const MIN_REFRESH_SECONDS = 2;

/** What a browser is shown where a program gets `UNAVAILABLE`. `code`: as it would be shown on a screen. */
export async function outOfReachPage(
  context: EdgeContext,
  ports: PagePorts,
  code: string,
  { retryAfterMs }: Outage,
): Promise<Response> {
  await voterOf(ports, context);
  const say = () => ({ title: home.outOfReachTitle, words: home.outOfReach(code) });
  return oneMomentPage(context, ports, say, 503, retryAfterMs);
}

/** What a browser is shown where a program gets `RATE_LIMITED`. It is given no voter: that is what is counted. */
export function crowdedPage(
  context: EdgeContext,
  ports: PagePorts,
  { code, retryAfterMs = 0 }: Refusal,
): Response {
  context.set("refusal", code);
  const say = () => ({ title: home.crowdedTitle, words: home.crowded });
  return oneMomentPage(context, ports, say, 429, retryAfterMs);
}

/** Comes back by itself. */
function oneMomentPage(
  context: EdgeContext,
  ports: PagePorts,
  say: () => { title: string; words: string },
  status: 429 | 503,
  retryAfterMs: number,
): Response {
  const seconds = Math.max(MIN_REFRESH_SECONDS, Math.ceil(retryAfterMs / 1_000));
  context.header("Retry-After", `${seconds}`);
  const draw = () => ({ title: `${say().title} · ${everyPage.brand}`, view: <OneMoment {...say()} /> });
  return renderPage(context, ports.assets, {
    draw,
    sheet: "home",
    data: null,
    status,
    refreshSeconds: seconds,
  });
}

/** `code`: as it would be shown on a screen, or as it was typed. */
export async function notFoundPage(context: EdgeContext, ports: PagePorts, code: string): Promise<Response> {
  await voterOf(ports, context);
  const draw = () => ({
    title: `${home.notFoundTitle} · ${everyPage.brand}`,
    view: <NotFound code={code} />,
  });
  return renderPage(context, ports.assets, { draw, sheet: "home", data: null, status: 404 });
}
