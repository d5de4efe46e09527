/** Whether somebody is a poll's host: by its key, or as the account that owns it. */
import type { AccountId, PollId } from "../../shared/ids.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { cannotTellRefusal } from "./account-refusals.ts";
import { isHostKey } from "./host-key.ts";
import { Outage } from "./outage.ts";
import type { PollDefinition } from "./poll.ts";
import type { AccountStore } from "./session-ports.ts";

/** What somebody has to show for being the host. */
export interface HostClaim {
  readonly hostKey: string | undefined;
  /** Who is signed in, as `accountOf` says it; `emergency`: nobody can tell. */
  readonly account?: AccountId | "emergency" | null;
}

export interface HostPorts {
  /** Without it nobody is a host by account. */
  readonly owners?: Pick<AccountStore, "ownerOf">;
}

/** `null`: this is the host. `NOT_ALLOWED`: it is not. `UNAVAILABLE`: nobody can tell just now, so it is nobody's. */
export async function judgeHost(
  { owners }: HostPorts,
  definition: PollDefinition,
  { hostKey, account = null }: HostClaim,
): Promise<Refusal | null> {
  // The key is judged from the poll alone, so whoever has it needs no account and no session store.
  if (isHostKey(definition, hostKey)) return null;
  if (account === "emergency") return cannotTellRefusal();
  if (account === null || owners === undefined) return notHostRefusal(definition.pollId);
  try {
    const owner = await owners.ownerOf(definition.pollId);
    return owner === account ? null : notHostRefusal(definition.pollId);
  } catch (trouble) {
    if (trouble instanceof Outage) return cannotTellRefusal(trouble.retryAfterMs);
    throw trouble;
  }
}

export function notHostRefusal(pollId: PollId): Refusal {
  return refuse(
    "NOT_ALLOWED",
    "Only the host may do this; sign in as its owner, or send the poll's host key as X-Host-Key.",
    { pollId },
  );
}
