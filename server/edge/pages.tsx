/** The pages, rendered here with what the visitor may see, so that the first answer already shows everything. */
import type { Door, HomeData } from "../../client/page-data.ts";
import { everyPage } from "../../client/texts/spoken.ts";
import { Home } from "../../client/views/home.tsx";
import { parseJoinCode } from "../../shared/ids.ts";
import { registerAccountForms } from "./account-forms.tsx";
import { type PagePorts, registerAccountPages } from "./account-pages.tsx";
import { registerCodePages } from "./code-pages.tsx";
import { countArrivals } from "./count-arrivals.ts";
import { tokenFor } from "./csrf-guard.ts";
import type { EdgeApp, EdgeContext } from "./edge-ports.ts";
import { formFrom } from "./form-from.ts";
import { chooseLanguage } from "./language.ts";
import { renderPage, voterOf } from "./render-page.tsx";
import { serveAsset } from "./serve-asset.ts";
import { visitorOf } from "./visitor.ts";
import { registerVoteForm } from "./vote-form.tsx";

/** The hash is in the address. */
const FOR_EVER = "public, max-age=31536000, immutable";
const FOR_A_DAY = "public, max-age=86400";

/** Registers `/`, `/:code` and everything that would look like a code; after every other address of the node. */
export function registerPages(app: EdgeApp, ports: PagePorts): void {
  app.get("/assets/*", (context) => serveAsset(context, ports.assets, context.req.path, FOR_EVER));
  app.get("/favicon.ico", (context) => serveAsset(context, ports.assets, ports.assets.icon, FOR_A_DAY));
  app.get("/robots.txt", (context) => context.text("User-agent: *\nAllow: /$\nDisallow: /\n"));
  app.use("*", chooseLanguage(ports.settings));
  countArrivals(app, ports);
  app.get("/", (context) => home(context, ports));
  registerAccountPages(app, ports);
  registerAccountForms(app, ports);
  registerVoteForm(app, ports);
  registerCodePages(app, ports);
}

/**
 * The join form leads here with `?code=`; a code goes on to what is there, anything else comes back with what is wrong.
 * `?from=` fills the form that makes a poll from what is at that code.
 */
async function home(context: EdgeContext, ports: PagePorts): Promise<Response> {
  const typed = context.req.query("code")?.trim().slice(0, 64) ?? "";
  const code = parseJoinCode(typed);
  if (code) return context.redirect(`/${code}`, 303);
  const who = await visitorOf(ports, context.req.raw);
  const signedIn = who !== "guest" && who !== "emergency";
  const door: Door | null = ports.hosting ? (signedIn ? "myPolls" : "signIn") : null;
  const voter = await voterOf(ports, context);
  const csrfToken = signedIn ? await tokenFor(ports, context.req.raw, voter) : null;
  const filled = await formFrom(ports, context, context.req.query("from")?.trim() ?? "");
  const data: HomeData = { page: "home", code: typed, door, csrfToken, ...filled };
  const draw = () => ({ title: everyPage.brand, view: <Home {...data} actions={null} /> });
  return renderPage(context, ports.assets, { draw, sheet: "home", data, status: typed ? 422 : 200 });
}
