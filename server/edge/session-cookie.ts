/** Which session a browser has: a random token in a signed cookie. Everybody behind the edge knows only its SHA-256. */
import { generateSignedCookie } from "hono/cookie";
import { parseSigned, serialize } from "hono/utils/cookie";
import type { SessionId } from "../../shared/ids.ts";
import { sessionIdOf } from "../app/session-token.ts";
import type { EdgeSettings } from "./edge-ports.ts";
import { isHttps } from "./origin.ts";

const NAME = "pollcast_session";
/** A year, as the longest-lived category; what is signed in ends much sooner, in the stores. */
const MAX_AGE_SECONDS = 365 * 24 * 60 * 60;
/** 256 random bits, base64url. */
const TOKEN = /^[\w-]{43}$/;

export interface SessionCookie {
  /** The session whose cookie came with the request; `null` for none, a forged, cut or foreign one. Never throws. */
  recognise(request: Request): Promise<SessionId | null>;
  /** Value of the `Set-Cookie` header that gives the browser the session of this token. */
  give(request: Request, token: string): Promise<string>;
  /** Value of the `Set-Cookie` header that takes the session from the browser. */
  takeAway(request: Request): string;
}

/** `secrets`: the first signs, all verify, so that one can be replaced without signing anybody out. */
export function createSessionCookie(
  secrets: readonly string[],
  settings: Pick<EdgeSettings, "publicOrigin" | "trustProxy">,
): SessionCookie {
  // One purpose, one key: a voter's cookie cannot pass for a session, nor the other way round.
  const keys = secrets.map((secret) => `session ${secret}`);
  const signing = keys[0];
  if (signing === undefined) throw new Error("Sessions need at least one secret.");
  const attributes = { httpOnly: true, sameSite: "Lax", path: "/" } as const;
  return {
    async recognise(request) {
      const cookies = request.headers.get("cookie");
      if (!cookies) return null;
      // As for voters: over HTTPS the plain name could have been set by a neighbouring subdomain.
      const name = isHttps(request, settings) ? `__Host-${NAME}` : NAME;
      for (const key of keys) {
        const token = (await parseSigned(cookies, key, name))[name];
        if (typeof token === "string" && TOKEN.test(token)) return sessionIdOf(token);
      }
      return null;
    },
    give(request, token) {
      return generateSignedCookie(NAME, token, signing, {
        ...attributes,
        maxAge: MAX_AGE_SECONDS,
        ...(isHttps(request, settings) && { secure: true, prefix: "host" }),
      });
    },
    takeAway(request) {
      const gone = { ...attributes, maxAge: 0 };
      if (!isHttps(request, settings)) return serialize(NAME, "", gone);
      return serialize(`__Host-${NAME}`, "", { ...gone, secure: true });
    },
  };
}
