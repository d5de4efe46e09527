/** In which language a page answers: the one chosen, else the first that the browser asks for. */
import { setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { languageDetector } from "hono/language";
import { LANGUAGES, type Language } from "../../shared/languages.ts";
import type { EdgeContext, EdgeEnv, EdgeSettings } from "./edge-ports.ts";
import { isHttps } from "./origin.ts";

const CHOSEN = "lang";
const COOKIE = "pollcast_language";
/** As long as a browser keeps a cookie at all (s). */
const COOKIE_SECONDS = 400 * 24 * 60 * 60;

const isLanguage = (text: string): text is Language => Object.hasOwn(LANGUAGES, text);

/** Finds the language; `?lang=` chooses it for later pages too, by leading on to the address without it. */
export function chooseLanguage(settings: Pick<EdgeSettings, "publicOrigin" | "trustProxy">) {
  return createMiddleware<EdgeEnv>((context, next) => {
    const url = new URL(context.req.url);
    const chosen = url.searchParams.get(CHOSEN);
    if (chosen === null || !isLanguage(chosen)) return detectLanguage(context, next);
    url.searchParams.delete(CHOSEN);
    // A preference that says nothing of anybody; a browser without it is asked for its languages.
    setCookie(context, COOKIE, chosen, {
      path: "/",
      maxAge: COOKIE_SECONDS,
      sameSite: "Lax",
      httpOnly: true,
      secure: isHttps(context.req.raw, settings),
    });
    return Promise.resolve(context.redirect(`${ownPath(url)}${url.search}`, 303));
  });
}

/** Finds the language that was chosen or that the browser asks for. */
export const detectLanguage = languageDetector({
  supportedLanguages: Object.keys(LANGUAGES),
  fallbackLanguage: "en",
  order: ["cookie", "header"],
  lookupCookie: COOKIE,
  // Only a choice is kept: what a browser asks for it says each time.
  caches: false,
});

/** The language of the answer to this request. */
export function languageOf(context: EdgeContext): Language {
  const { language } = context.var;
  return language !== undefined && isLanguage(language) ? language : "en";
}

/** Where the page that is answered with is to be had in another language: what a form was sent to is no page. */
export function addressIn({ req }: EdgeContext): (language: Language) => string {
  const url = new URL(req.url);
  const pathname = ownPath(url);
  const [, page = ""] = pathname.split("/");
  return (language) => {
    const query = new URLSearchParams(url.searchParams);
    query.set(CHOSEN, language);
    return `${req.method === "GET" ? pathname : `/${page}`}?${query}`;
  };
}

/** Never as it was typed: `//elsewhere` would lead there. */
function ownPath({ pathname }: URL): string {
  return pathname.replace(/^\/+/, "/");
}
