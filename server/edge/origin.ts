import { createMiddleware } from "hono/factory";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { trustedEntry } from "./client-address.ts";
import type { EdgeEnv, EdgeSettings } from "./edge-ports.ts";
import { answerRefusal } from "./problem.ts";

type OriginSettings = Pick<EdgeSettings, "publicOrigin" | "trustProxy">;

/** A name has 253 characters at the most; with a port that is. What is longer makes no address, nor a QR code. */
const MAX_HOST_LENGTH = 260;

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/** Whether the browser came over HTTPS. Forwarding headers count only from trusted proxies. */
export function isHttps(request: Request, { publicOrigin, trustProxy }: OriginSettings): boolean {
  if (publicOrigin !== null) return publicOrigin.startsWith("https:");
  const forwarded = trustedEntry(request.headers.get("x-forwarded-proto"), trustProxy);
  return forwarded ? forwarded.toLowerCase() === "https" : request.url.startsWith("https:");
}

/** The origin that is ours for this request; `null` where it names no host. */
export function ownOrigin(request: Request, settings: OriginSettings): string | null {
  if (settings.publicOrigin !== null) return settings.publicOrigin;
  const host = request.headers.get("host");
  const scheme = isHttps(request, settings) ? "https" : "http";
  return host && host.length <= MAX_HOST_LENGTH ? (URL.parse(`${scheme}://${host}`)?.origin ?? null) : null;
}

/**
 * Refuses a request that a page of another origin makes a browser send with our cookies. Programs send no `Origin`
 * and pass. `null`: allowed.
 */
export function judgeOrigin(request: Request, settings: OriginSettings): Refusal | null {
  const given = request.headers.get("origin");
  if (given === null) return null;
  const own = ownOrigin(request, settings);
  if (own !== null && URL.parse(given)?.origin === own) return null;
  const ours = own ?? "unknown, for want of a Host header";
  return refuse(
    "BAD_ORIGIN",
    `This page's origin is not ours, which is ${ours}. Behind a proxy, the operator sets PUBLIC_ORIGIN.`,
  );
}

/** Keeps other origins' pages from changing anything here. */
export function guardOrigin(settings: OriginSettings) {
  return createMiddleware<EdgeEnv>(async (context, next) => {
    const refusal = SAFE_METHODS.includes(context.req.method) ? null : judgeOrigin(context.req.raw, settings);
    if (refusal) return answerRefusal(context, refusal);
    return next();
  });
}
