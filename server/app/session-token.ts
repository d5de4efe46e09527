/** What the session cookie holds. Stores and lists know only its SHA-256, so none of them can sign anybody in. */
import { createHash, randomBytes } from "node:crypto";
import type { SessionId } from "../../shared/ids.ts";

/** A token nobody has had: 256 random bits, base64url. Never the one a browser came with, which may be planted. */
export function newSessionToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The session of a token. */
export function sessionIdOf(token: string): SessionId {
  return createHash("sha256").update(token).digest("hex") as SessionId; // by definition of the type
}
