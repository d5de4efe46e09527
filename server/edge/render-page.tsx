import type { ComponentChild } from "preact";
import { renderToString } from "preact-render-to-string";
import type { PageData } from "../../client/page-data.ts";
import { speak } from "../../client/texts/spoken.ts";
import type { VoterId } from "../../shared/ids.ts";
import type { REFUSAL_STATUS } from "../../shared/refusals.ts";
import type { Assets, Sheet } from "./assets.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";
import { addressIn, languageOf } from "./language.ts";
import { Page } from "./page.tsx";

export interface Drawn {
  readonly title: string;
  readonly view: ComponentChild;
}

export interface Rendered {
  /** Draws the page. Called while the reader's language is spoken, so every text of it is asked for in here. */
  readonly draw: () => Drawn;
  readonly sheet: Sheet;
  /** `null`: a page without a script. */
  readonly data: PageData | null;
  /** The page comes back by itself after so long (s). */
  readonly refreshSeconds?: number;
  readonly status: 200 | 202 | (typeof REFUSAL_STATUS)[keyof typeof REFUSAL_STATUS];
}

/** The voter of whoever asks for a page; a browser without one is given one with the answer. */
export async function voterOf(
  { identity }: Pick<EdgePorts, "identity">,
  context: EdgeContext,
): Promise<VoterId> {
  const known = await identity.recognise(context.req.raw);
  if (known) return known;
  const { voter, setCookie } = await identity.issue(context.req.raw);
  context.header("Set-Cookie", setCookie, { append: true });
  return voter;
}

/** Answers with a whole page, which is one visitor's at one moment. */
export function renderPage(
  context: EdgeContext,
  assets: Assets,
  { draw, sheet, data, status, refreshSeconds }: Rendered,
): Response {
  const language = languageOf(context);
  context.header("Content-Security-Policy", contentSecurityPolicy(context.req.raw.headers.get("host")));
  context.header("Cache-Control", "private, no-store");
  context.header("Content-Language", language);
  speak(language);
  const { title, view } = draw();
  const parts = { title, language, assets, sheet, data, addressIn: addressIn(context) };
  const document = (
    <Page {...parts} {...(refreshSeconds !== undefined && { refreshSeconds })}>
      {view}
    </Page>
  );
  return context.html(`<!doctype html>${renderToString(document)}`, status);
}
