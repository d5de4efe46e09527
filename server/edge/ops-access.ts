import { createHash, timingSafeEqual } from "node:crypto";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { isLoopback } from "./client-address.ts";
import type { EdgeContext } from "./edge-ports.ts";

/** Any of these says that the request came through a proxy, whose own address proves nothing about the client. */
const FORWARDING = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];
/** A proxy that adds no header, or a page whose name was made to resolve here, still names another host. */
const LOOPBACK_HOST = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

/** Asks a browser for the token, which it cannot send as a bearer. */
export const ASK_FOR_TOKEN = 'Basic realm="Pollcast operators", charset="UTF-8"';

/**
 * Who may see figures: the bearer of the token, or whoever signs in with it as password under any name. Without a token
 * set, this machine alone. `null`: may.
 */
export function judgeOps(context: EdgeContext, token: string | null): Refusal | null {
  const { headers } = context.req.raw;
  if (token !== null) {
    const given = tokenIn(headers.get("authorization") ?? "");
    if (given !== undefined && timingSafeEqual(sha256(given), sha256(token))) return null;
    return refuse(
      "NOT_ALLOWED",
      "Send the operator's token: Authorization: Bearer OPS_TOKEN, or sign in with it as password.",
    );
  }
  const direct = isLoopback(context.env.peer) && LOOPBACK_HOST.test(headers.get("host") ?? "");
  if (direct && !FORWARDING.some((name) => headers.has(name))) return null;
  return refuse(
    "NOT_ALLOWED",
    "Only this machine may ask. To ask from elsewhere, set OPS_TOKEN on the node.",
  );
}

function tokenIn(authorization: string): string | undefined {
  const [, scheme, credentials] = /^(Bearer|Basic) (.+)$/i.exec(authorization) ?? [];
  if (credentials === undefined || scheme?.toLowerCase() === "bearer") return credentials;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, "base64").toString()) ?? [];
  return password;
}

/** Of one length, as comparing in constant time needs. */
function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
