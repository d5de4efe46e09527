import { randomUUID } from "node:crypto";
import type { SessionId } from "../../shared/ids.ts";
import { readAuthData } from "./auth-data.ts";
import { newCsrfToken } from "./csrf.ts";
import { Outage } from "./outage.ts";
import type { Clock } from "./ports.ts";
import { type AuthData, CATEGORIES, CATEGORY_RULES, type Category } from "./session.ts";
import type { Account, AccountStore, Durability, SessionStore } from "./session-ports.ts";
import { newSessionToken, sessionIdOf } from "./session-token.ts";

/** A session that has just been signed in. */
export interface BegunSession {
  /** For the cookie alone. */
  readonly token: string;
  readonly sessionId: SessionId;
  readonly account: Account;
  readonly csrfToken: string;
  /** `pending`: the database could not be reached; the session would not survive the loss of Redis yet. */
  readonly durability: Durability;
}

/** The browser that signs in. */
export interface Browser {
  /** "Firefox on Android". */
  readonly device: string;
  /** The session it came with. What it wrote itself moves to the new one; nothing else does. */
  readonly previous: SessionId | null;
}

export interface BeginSessionPorts {
  readonly sessions: SessionStore;
  readonly accounts: Pick<AccountStore, "byId">;
  readonly clock: Clock;
}

/** Longer would not fit a line of the list. */
const MAX_DEVICE_LENGTH = 80;

/**
 * Begins a session of `account` under a token nobody has had, and ends the one before. `null`: the account has ended all
 * sessions while this one was made, so it is over too. Rejects with an `Outage`.
 */
export async function beginSession(
  ports: BeginSessionPorts,
  account: Account,
  { device, previous }: Browser,
): Promise<BegunSession | null> {
  const { sessions, accounts, clock } = ports;
  const { accountId, validFrom } = account;
  const token = newSessionToken();
  const sessionId = sessionIdOf(token);
  const csrfToken = newCsrfToken();
  const auth: AuthData = {
    accountId,
    signedInAt: clock(),
    validFrom,
    device: device.slice(0, MAX_DEVICE_LENGTH),
  };
  const own = previous === null ? {} : await ownWriting(sessions, previous);
  const durability = await sessions.create(sessionId, { ...own, auth, csrf: csrfToken });
  // Whoever ends all sessions moves `validFrom` first and then revokes those in the list. This one was put into the list
  // before `validFrom` is read again: so either they see it, or it sees them.
  if ((await accounts.byId(accountId))?.validFrom !== validFrom) {
    await sessions.revoke(sessionId, accountId);
    return null;
  }
  if (previous !== null) await endPrevious(sessions, previous);
  return { token, sessionId, account, csrfToken, durability };
}

/** A fresh account id. */
export function newAccountId(): Account["accountId"] {
  return randomUUID() as Account["accountId"]; // by definition of the type
}

async function ownWriting(
  sessions: SessionStore,
  previous: SessionId,
): Promise<Partial<Record<Category, unknown>>> {
  const categories = CATEGORIES.filter((category) => CATEGORY_RULES[category].browserMayWrite);
  const answers = await Promise.all(categories.map((category) => sessions.read(previous, category)));
  return Object.fromEntries(
    categories.flatMap((category, index) => {
      const answer = answers[index];
      // Version 0 is what somebody has who never wrote anything.
      return answer?.kind === "found" && answer.entry.version > 0 ? [[category, answer.entry.data]] : [];
    }),
  );
}

/** A browser has one session: the one before, if it was signed in, would stay in the list for a month. */
async function endPrevious(sessions: SessionStore, previous: SessionId): Promise<void> {
  try {
    const answer = await sessions.read(previous, "auth");
    const auth = answer.kind === "found" ? readAuthData(answer.entry.data) : null;
    if (auth) await sessions.revoke(previous, auth.accountId);
  } catch (trouble) {
    // The new session stands; the old one is seen in the list, and ends by itself.
    if (!(trouble instanceof Outage)) throw trouble;
  }
}
