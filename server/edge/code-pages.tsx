/** The pages at a code: for who votes, who steers, the wall, and afterwards. Rendered with what the visitor may see. */
import { initialHost } from "../../client/host-state.ts";
import { initialWall } from "../../client/present-state.ts";
import { HostPage } from "../../client/views/host-page.tsx";
import { PresentPage } from "../../client/views/present-page.tsx";
import { ResultsPage } from "../../client/views/results-page.tsx";
import { formatJoinCode, type JoinCode, parseJoinCode } from "../../shared/ids.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { Outage } from "../app/outage.ts";
import type { PagePorts } from "./account-pages.tsx";
import { drawVoter } from "./draw-voter.tsx";
import type { EdgeApp, EdgeContext } from "./edge-ports.ts";
import { notFoundPage, outOfReachPage } from "./lost-pages.tsx";
import { ownOrigin } from "./origin.ts";
import { qrOf } from "./qr.ts";
import { type Rendered, renderPage } from "./render-page.tsx";
import { resultsData } from "./results-data.ts";
import { orOutage, previousOf, type ShownToVisitor, shownAt, shownToAll, visitorAsking } from "./shown.ts";
import { titled } from "./titled.ts";

type Draw = (
  context: EdgeContext,
  ports: PagePorts,
  shown: ShownToVisitor,
) => Promise<Pick<Rendered, "draw" | "sheet" | "data"> | null>;

/** Each page by what stands behind the code in its address. */
const PAGES: Readonly<Record<"" | "/host" | "/present" | "/results", Draw>> = {
  "": voterPage,
  "/host": hostPage,
  "/present": presentPage,
  "/results": resultsPage,
};

/** Registers `/:code` and what is behind it; after every other address that would look like a code. */
export function registerCodePages(app: EdgeApp, ports: PagePorts): void {
  for (const [path, draw] of Object.entries(PAGES)) {
    app.get(`/:code${path}`, (context) => pageAt(context, ports, path, draw));
  }
}

async function pageAt(context: EdgeContext, ports: PagePorts, path: string, draw: Draw): Promise<Response> {
  const typed = context.req.param("code") ?? "";
  const code = parseJoinCode(typed);
  if (!code) return notFoundPage(context, ports, typed.slice(0, 64));
  if (typed !== code) return context.redirect(`/${code}${path}`, 301);
  const shown = await shownAt(ports, context, code);
  if (shown instanceof Outage) return outOfReachPage(context, ports, formatJoinCode(code), shown);
  if (isRefusal(shown)) return notFoundPage(context, ports, formatJoinCode(code));
  const page = await draw(context, ports, shown).catch(orOutage);
  if (page instanceof Outage) return outOfReachPage(context, ports, formatJoinCode(code), page);
  if (!page) return notFoundPage(context, ports, formatJoinCode(code));
  return renderPage(context, ports.assets, { ...page, status: 200 });
}

async function voterPage(context: EdgeContext, _ports: PagePorts, shown: ShownToVisitor) {
  return drawVoter(shown, { changing: context.req.query("change") !== undefined, tried: null });
}

async function hostPage(context: EdgeContext, ports: PagePorts, shown: ShownToVisitor) {
  const origin = ownOrigin(context.req.raw, ports.settings) ?? "";
  const asker = await visitorAsking(ports, context.req.raw);
  const previous = await previousOf(ports, asker, shown.view);
  const qr = qrOf(`${origin}/${shown.room?.roomId ?? shown.view?.poll.pollId}`);
  const data = { page: "host", origin, qr, previous, ...shown } as const;
  const draw = () => titled(shown, <HostPage data={data} state={initialHost(data)} actions={null} />);
  return { draw, sheet: "host", data } as const;
}

/** A wall is looked at by everybody, so it shows what anybody may see, whoever opened it. */
async function presentPage(context: EdgeContext, ports: PagePorts, { csrfToken, ...seen }: ShownToVisitor) {
  const code = (seen.room?.roomId ?? seen.view?.poll.pollId) as JoinCode; // one of the two is there
  const shown = await shownToAll(ports, code);
  if (!shown) return null;
  const previousId = shown.view?.poll.previousId as JoinCode | undefined; // as the server gave it
  // The page is worth showing without what was before.
  const before = previousId && (await shownToAll(ports, previousId).catch(orOutage));
  const origin = ownOrigin(context.req.raw, ports.settings) ?? "";
  const data = {
    page: "present",
    origin,
    qr: qrOf(`${origin}/${code}`),
    previous: before && !(before instanceof Outage) ? before.view : null,
    steers: (seen.room ?? seen.view?.poll)?.host === true,
    csrfToken,
    ...shown,
  } as const;
  const draw = () => titled(shown, <PresentPage wall={initialWall(data)} actions={null} />);
  return { draw, sheet: "present", data } as const;
}

/** Of a room: all that it has asked. */
async function resultsPage(
  context: EdgeContext,
  ports: PagePorts,
  { room, view, csrfToken }: ShownToVisitor,
) {
  const questions = await resultsData(ports, context, { room, view });
  const data = { page: "results", room, questions, csrfToken } as const;
  const draw = () => titled({ room, view }, <ResultsPage data={data} notice={null} actions={null} />);
  return { draw, sheet: "results", data } as const;
}
