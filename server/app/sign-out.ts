import type { AccountId } from "../../shared/ids.ts";
import { endSessions } from "./end-sessions.ts";
import type { Clock } from "./ports.ts";
import type { AccountStore, Durability, SessionStore, SignedIn } from "./session-ports.ts";

export interface SignOutPorts {
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  readonly clock: Clock;
}

/** Ends this session, on every node within 2 s. Rejects with an `Outage`; asking again is harmless. */
export function signOut(
  { sessions }: Pick<SignOutPorts, "sessions">,
  { sessionId, accountId }: Pick<SignedIn, "sessionId" | "accountId">,
): Promise<Durability> {
  return sessions.revoke(sessionId, accountId);
}

/**
 * Ends every session that began before the answer, this one too; a sign-in that had begun is over as well. Rejects with
 * an `Outage`; asking again is harmless.
 */
export async function signOutEverywhere(ports: SignOutPorts, accountId: AccountId): Promise<void> {
  const { accounts, clock } = ports;
  for (;;) {
    const account = await accounts.byId(accountId);
    if (!account) return endSessions(ports, accountId, null);
    const validFrom = nextValidFrom(account.validFrom, clock());
    const changed = await accounts.change(accountId, account.validFrom, { validFrom });
    if (changed === "changed") return endSessions(ports, accountId, validFrom);
  }
}

/** `now` (epoch ms), or one more than before where the clock is behind: two changes must never look the same. */
export function nextValidFrom(validFrom: number, now: number): number {
  return Math.max(now, validFrom + 1);
}
