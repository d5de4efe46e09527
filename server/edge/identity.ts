/** Who votes: a random id in a signed cookie, given once to a browser. */
import { generateSignedCookie } from "hono/cookie";
import { parseSigned } from "hono/utils/cookie";
import type { VoterId } from "../../shared/ids.ts";
import type { EdgeSettings } from "./edge-ports.ts";
import { isHttps } from "./origin.ts";

const NAME = "pollcast_voter";
/** 400 days, the longest that browsers keep a cookie. */
const MAX_AGE_SECONDS = 400 * 24 * 60 * 60;
/** 128 random bits, base64url. */
const VOTER = /^[\w-]{22}$/;

export interface IssuedVoter {
  readonly voter: VoterId;
  /** Value of the `Set-Cookie` header that gives the browser this voter. */
  readonly setCookie: string;
}

export interface Identity {
  /** The voter whose cookie came with the request; `null` for none, a forged, cut or foreign one. Never throws. */
  recognise(request: Request): Promise<VoterId | null>;
  /** A new voter for this browser. */
  issue(request: Request): Promise<IssuedVoter>;
}

/** `secrets`: the first signs, all verify, so that one can be replaced without forgetting who has voted. */
export function createIdentity(
  secrets: readonly string[],
  settings: Pick<EdgeSettings, "publicOrigin" | "trustProxy">,
): Identity {
  // One purpose, one key: no other cookie signed with the same secret can pass for a voter, nor the other way round.
  const keys = secrets.map((secret) => `voter ${secret}`);
  const signing = keys[0];
  if (signing === undefined) throw new Error("Identity needs at least one secret.");
  return {
    async recognise(request) {
      const cookies = request.headers.get("cookie");
      if (!cookies) return null;
      // Over HTTPS only the __Host- cookie counts: the plain one could have been set by a neighbouring subdomain.
      const name = isHttps(request, settings) ? `__Host-${NAME}` : NAME;
      for (const key of keys) {
        const value = (await parseSigned(cookies, key, name))[name];
        if (typeof value === "string" && VOTER.test(value)) return value as VoterId; // signed by us
      }
      return null;
    },
    async issue(request) {
      const voter = newVoter();
      const https = isHttps(request, settings);
      const setCookie = await generateSignedCookie(NAME, voter, signing, {
        httpOnly: true,
        sameSite: "Lax",
        path: "/",
        maxAge: MAX_AGE_SECONDS,
        ...(https && { secure: true, prefix: "host" }),
      });
      return { voter, setCookie };
    },
  };
}

function newVoter(): VoterId {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url") as VoterId; // made here
}
