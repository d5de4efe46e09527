/** Who is behind a request. */
import type { AccountId, SessionId } from "../../shared/ids.ts";
import { readAuthData } from "./auth-data.ts";
import { Outage } from "./outage.ts";
import type { Account, AccountStore, SessionStore, SignedIn } from "./session-ports.ts";

/** `emergency`: nobody can tell. As good as a guest, but what only a host may do is answered `UNAVAILABLE`. */
export type Visitor = SignedIn | "guest" | "emergency";

export interface WhoIsTherePorts {
  readonly sessions: Pick<SessionStore, "read" | "touch">;
  readonly accounts: Pick<AccountStore, "byId">;
}

/** How old (ms) what is known of the account may be: with the session's own second that is the 2 s of T2. */
const MAX_AGE_MS = 1_000;

/** Who has this session. Using it is noted. Never rejects with an `Outage`. */
export async function whoIsThere(
  { sessions, accounts }: WhoIsTherePorts,
  sessionId: SessionId | null,
): Promise<Visitor> {
  if (sessionId === null) return "guest";
  const answer = await sessions.read(sessionId, "auth");
  if (answer.kind === "emergency") return "emergency";
  const auth = answer.kind === "found" ? readAuthData(answer.entry.data) : null;
  if (answer.kind !== "found" || auth === null) return "guest";
  const account = await ask(accounts, auth.accountId);
  // Without an answer the session stands: whatever ends all sessions of an account revokes each of them as well, before
  // it is acknowledged. Else the loss of the database would sign everybody out.
  if (account !== "unknown" && account?.validFrom !== auth.validFrom) return "guest";
  sessions.touch(sessionId);
  return { ...auth, sessionId, fallbackMode: answer.fallbackMode };
}

/** The account that may steer polls for this visitor, as `HostClaim` takes it. */
export function accountOf(visitor: Visitor): AccountId | "emergency" | null {
  if (visitor === "guest") return null;
  return visitor === "emergency" ? "emergency" : visitor.accountId;
}

async function ask(
  accounts: WhoIsTherePorts["accounts"],
  accountId: AccountId,
): Promise<Account | null | "unknown"> {
  try {
    return await accounts.byId(accountId, MAX_AGE_MS);
  } catch (trouble) {
    if (trouble instanceof Outage) return "unknown";
    throw trouble;
  }
}
