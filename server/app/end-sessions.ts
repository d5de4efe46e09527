import type { AccountId } from "../../shared/ids.ts";
import { readAuthData } from "./auth-data.ts";
import type { SessionStore } from "./session-ports.ts";

/**
 * Revokes all sessions of an account but those signed in under `validFrom`; `null`: all. The account must have been
 * changed or removed before: then a sign-in that is under way either is in the list by now, or sees the change and ends
 * itself. Rejects with an `Outage` if one of them could not be revoked; asking again is harmless.
 */
export async function endSessions(
  { sessions }: { readonly sessions: Pick<SessionStore, "read" | "revoke" | "list"> },
  accountId: AccountId,
  validFrom: number | null,
): Promise<void> {
  const listed = await sessions.list(accountId);
  await Promise.all(
    listed.map(async ({ sessionId }) => {
      const answer = validFrom === null ? null : await sessions.read(sessionId, "auth");
      const auth = answer?.kind === "found" ? readAuthData(answer.entry.data) : null;
      if (auth === null || auth.validFrom !== validFrom) await sessions.revoke(sessionId, accountId);
    }),
  );
}
