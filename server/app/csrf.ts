/** The CSRF token: a second proof, beside the origin check, that a form came from a page of ours. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { SessionId } from "../../shared/ids.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import type { SessionStore } from "./session-ports.ts";

/** 256 random bits, base64url; a session's `csrf` category. */
export function newCsrfToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The session's token for the forms of a page, `null` if it has none or nobody can tell. */
export async function csrfTokenOf(
  { sessions }: { readonly sessions: Pick<SessionStore, "read"> },
  sessionId: SessionId,
): Promise<string | null> {
  const answer = await sessions.read(sessionId, "csrf");
  return answer.kind === "found" && typeof answer.entry.data === "string" ? answer.entry.data : null;
}

/** `null`: the token that came with a form is this session's. Takes the same time for every wrong one. */
export async function checkCsrf(
  { sessions }: { readonly sessions: Pick<SessionStore, "read"> },
  sessionId: SessionId | null,
  token: string | undefined,
): Promise<Refusal | null> {
  const answer = sessionId === null ? null : await sessions.read(sessionId, "csrf");
  if (answer?.kind === "emergency") {
    return refuse("UNAVAILABLE", "Sessions cannot be read just now; try again in a moment.", {
      retryAfterMs: 2_000,
    });
  }
  const expected = answer?.kind === "found" ? answer.entry.data : null;
  if (typeof expected === "string" && token !== undefined && isSame(expected, token)) return null;
  return refuse("NOT_ALLOWED", "This form is out of date; reload the page and send it again.");
}

/** Hashed first: what is compared must be of one length, and the length of a guess tells nothing. */
function isSame(a: string, b: string): boolean {
  const hashed = [a, b].map((text) => createHash("sha256").update(text).digest());
  const [first, second] = hashed;
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
