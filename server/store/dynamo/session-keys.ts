/** Where sessions are in the one table: partition (`pk`) and sort key (`sk`). */
import type { AccountId, SessionId } from "../../../shared/ids.ts";
import type { SessionKey } from "../../app/session.ts";
import type { Key } from "./item.ts";

export const sessionItem = ({ sessionId, category }: SessionKey): Key => ({
  pk: `SESSION#${sessionId}`,
  sk: category,
});

export const accountPartition = (accountId: AccountId): string => `ACCOUNT#${accountId}`;
export const ACCOUNT_SESSION = "SESSION#";
export const accountSessionItem = (accountId: AccountId, sessionId: SessionId): Key => ({
  pk: accountPartition(accountId),
  sk: `${ACCOUNT_SESSION}${sessionId}`,
});

/** One partition takes 1,000 writes a second; in an outage every sign-in and sign-out of all nodes writes one. */
export const JOURNAL_PARTITIONS = 4;
export const journalPartition = (index: number): string => `JOURNAL#${index}`;

/** All of a session is in one partition, so that it stays in its order. Ids are hashes: any digit is spread evenly. */
export function journalIndex(sessionId: SessionId): number {
  return sessionId.charCodeAt(sessionId.length - 1) % JOURNAL_PARTITIONS;
}
