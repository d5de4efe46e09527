/** Builders for accounts and polls of one's own, each with what a test is about said by the test. */
import { newAccountId } from "../../server/app/begin-session.ts";
import type { Account, OwnPoll } from "../../server/app/session-ports.ts";
import { newPollId } from "../../shared/ids.ts";
import { NOON } from "./fixtures.ts";

/** An account nobody else has, with an e-mail of its own. */
export function accountOf(parts: Partial<Account> = {}): Account {
  const accountId = newAccountId();
  return {
    accountId,
    email: `host-${accountId}@example.org`,
    passwordHash: "$argon2id$none",
    createdAt: NOON,
    validFrom: NOON,
    ...parts,
  };
}

export function ownPollOf(parts: Partial<OwnPoll> = {}): OwnPoll {
  return { pollId: newPollId(), question: "Tea or coffee?", createdAt: NOON, ...parts };
}
