/** "Where am I signed in": the list of one's own sessions, and ending one of them. */
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { readAuthData } from "./auth-data.ts";
import type { Durability, SessionStore, SessionSummary, SignedIn } from "./session-ports.ts";

export interface OwnSession extends SessionSummary {
  /** The one that asks. */
  readonly present: boolean;
}

/** The account's sessions that still work, newest first. Rejects with an `Outage`. */
export async function listSessions(
  { sessions }: { readonly sessions: Pick<SessionStore, "list" | "read"> },
  { accountId, sessionId, validFrom }: SignedIn,
): Promise<readonly OwnSession[]> {
  const listed = await sessions.list(accountId);
  const works = await Promise.all(
    listed.map(async (summary) => {
      const answer = await sessions.read(summary.sessionId, "auth");
      // Where nobody can tell it is shown: rather one too many than one that is still signed in and not seen.
      if (answer.kind === "emergency") return true;
      return answer.kind === "found" && readAuthData(answer.entry.data)?.validFrom === validFrom;
    }),
  );
  return listed
    .filter((_, index) => works[index])
    .map((summary) => ({ ...summary, present: summary.sessionId === sessionId }));
}

/** Ends one of the account's own sessions. Somebody else's is answered like one that never was. Rejects with an `Outage`. */
export async function revokeSession(
  { sessions }: { readonly sessions: Pick<SessionStore, "list" | "revoke"> },
  { accountId }: Pick<SignedIn, "accountId">,
  wanted: string,
): Promise<Durability | Refusal> {
  const own = (await sessions.list(accountId)).find(({ sessionId }) => sessionId === wanted);
  if (!own) return refuse("NOT_ALLOWED", "This is none of your sessions; it may have ended.");
  return sessions.revoke(own.sessionId, accountId);
}
