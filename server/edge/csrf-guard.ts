/**
 * Which calls need the CSRF token, and why.
 *
 * A browser sends its cookies with whatever a page makes it send, so a cookie alone does not prove that its owner wants
 * something done. The origin check (`origin.ts`) is the first answer; the token is the second, for the day that a proxy
 * drops `Origin`, or that a page of a neighbouring subdomain counts as the same site for `SameSite=Lax`.
 *
 * Needed, as `X-CSRF-Token` or, from a form, as the field `csrf`:
 * - every form of the pages `/login` and `/account`: forms cross origins without being asked first (signing a victim in to
 *   the attacker's account included), so theirs is needed also before there is a session;
 * - `POST /api/polls`, `POST /api/rooms` and `POST …/claim` while signed in: they give the account of the session something;
 * - `POST /api/logout`, `PUT /api/account/password`, `DELETE /api/account`, `DELETE /api/sessions/:id`;
 * - `PUT /api/session/:category`;
 * - host actions that are allowed by the session and not by the host key of the poll or room.
 *
 * Not needed:
 * - `POST /api/accounts` and `POST /api/login` as JSON: they act by what is in their body, and JSON crosses origins only
 *   after a preflight, which nobody here answers;
 * - `POST /api/session`, which gives the token and changes nothing that is there;
 * - calls with a host key: another page does not have it;
 * - ballots: they act by the voter's cookie, which is no session, and programs cast them too;
 * - what only reads.
 */
import { CSRF_HEADER } from "../../shared/csrf-header.ts";
import type { VoterId } from "../../shared/ids.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { checkCsrf, csrfTokenOf } from "../app/csrf.ts";
import type { EdgePorts } from "./edge-ports.ts";

export type CsrfPorts = Pick<EdgePorts, "identity" | "hosting">;

/**
 * The token of whoever asks: the session's, or that of a browser without one, which is made from its voter. `null`: it
 * has neither, or there are no accounts here.
 */
export async function tokenFor(
  { hosting }: CsrfPorts,
  request: Request,
  voter: VoterId | null,
): Promise<string | null> {
  if (!hosting) return null;
  const sessionId = await hosting.cookie.recognise(request);
  const stored = sessionId === null ? null : await csrfTokenOf(hosting, sessionId);
  return stored ?? (voter && hosting.guestTokens.of(voter));
}

/** Whether `given` is the token of whoever asks. `null`: it is. */
export async function judgeCsrf(
  { hosting, identity }: CsrfPorts,
  request: Request,
  given: string | undefined,
): Promise<Refusal | null> {
  if (!hosting) return staleRefusal();
  const sessionId = await hosting.cookie.recognise(request);
  if (sessionId !== null) {
    const refusal = await checkCsrf(hosting, sessionId, given);
    if (refusal?.code !== "NOT_ALLOWED") return refusal;
    // A session that has ended has none any more, one of a guest who keeps preferences never had: those go by the voter.
    if ((await csrfTokenOf(hosting, sessionId)) !== null) return staleRefusal();
  }
  const voter = await identity.recognise(request);
  const isRight = voter !== null && given !== undefined && hosting.guestTokens.isOf(voter, given);
  return isRight ? null : staleRefusal();
}

/** Says by its path that a newer token from `GET /api/session` would help. */
function staleRefusal(): Refusal {
  const message = `This page is older than your session; reload it. Programs send ${CSRF_HEADER} as POST /api/session tells it.`;
  return refuse("NOT_ALLOWED", message, { errors: [{ path: CSRF_HEADER, message: "is missing or old" }] });
}
