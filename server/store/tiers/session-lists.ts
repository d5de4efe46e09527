import type { AccountId } from "../../../shared/ids.ts";
import type { SessionSummary } from "../../app/session-ports.ts";
import { inParallel } from "./in-parallel.ts";
import type { SessionStores } from "./session-stores.ts";

const READS_AT_ONCE = 8;

/**
 * An account's sessions, newest first. The list is asked for what it has, and the database for each whether that stands:
 * one that was used while it was revoked may be listed still. Rejects with an `Outage`.
 */
export async function listSessions(
  stores: SessionStores,
  accountId: AccountId,
): Promise<readonly SessionSummary[]> {
  const listed = await stores.askDatabase((database) => database.list(accountId));
  const standing: SessionSummary[] = [];
  await inParallel(listed.length, READS_AT_ONCE, async (index) => {
    const summary = listed[index];
    const auth = summary && (await stores.readDatabase({ sessionId: summary.sessionId, category: "auth" }));
    if (summary && auth && !("revoked" in auth)) standing.push(summary);
  });
  return standing.sort((one, other) => other.signedInAt - one.signedInAt);
}
