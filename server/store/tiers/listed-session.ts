import type { AccountId, SessionId } from "../../../shared/ids.ts";
import { readAuthData } from "../../app/auth-data.ts";
import type { SessionEntry } from "../../app/session.ts";
import type { SessionSummary } from "../../app/session-ports.ts";

export interface ListedSession {
  readonly accountId: AccountId;
  readonly summary: SessionSummary;
  /** Epoch s. */
  readonly endsAt: number;
}

/** What an account's list says of a session, by its `auth` entry, used at `now` (epoch ms). `null`: it is nobody's. */
export function listedSession(
  sessionId: SessionId,
  { data, endsAt }: SessionEntry,
  now: number,
): ListedSession | null {
  const auth = readAuthData(data);
  if (!auth) return null;
  const { accountId, device, signedInAt } = auth;
  return { accountId, summary: { sessionId, device, signedInAt, lastUsedAt: now }, endsAt };
}
