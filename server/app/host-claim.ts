/** Whether somebody is a poll's or a room's host: by its key, or as the account that owns it. */
import type { AccountId, JoinCode } from "../../shared/ids.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { cannotTellRefusal } from "./account-refusals.ts";
import { isHostKey } from "./host-key.ts";
import { Outage } from "./outage.ts";
import type { PollDefinition } from "./poll.ts";
import type { Room } from "./room.ts";
import type { AccountStore } from "./session-ports.ts";

/** What somebody has to show for being the host. */
export interface HostClaim {
  readonly hostKey: string | undefined;
  /** Who is signed in, as `accountOf` says it; `emergency`: nobody can tell. */
  readonly account?: AccountId | "emergency" | null;
}

/** What has a host. */
export type Hosted =
  | Pick<PollDefinition, "hostKeyHash" | "pollId" | "roomId">
  | Pick<Room, "hostKeyHash" | "roomId">;

export interface HostPorts {
  /** Without it nobody is a host by account. */
  readonly owners?: Pick<AccountStore, "ownerOf">;
}

/** `null`: this is the host. `NOT_ALLOWED`: it is not. `UNAVAILABLE`: nobody can tell just now, so it is nobody's. */
export async function judgeHost(
  { owners }: HostPorts,
  hosted: Hosted,
  { hostKey, account = null }: HostClaim,
): Promise<Refusal | null> {
  // The key is judged from the poll or room alone, so whoever has it needs no account and no session store.
  if (isHostKey(hosted, hostKey)) return null;
  if (account === "emergency") return cannotTellRefusal();
  if (account === null || owners === undefined) return notHostRefusal(hosted);
  try {
    const owner = await owners.ownerOf(ownedAs(hosted));
    return owner === account ? null : notHostRefusal(hosted);
  } catch (trouble) {
    if (trouble instanceof Outage) return cannotTellRefusal(trouble.retryAfterMs);
    throw trouble;
  }
}

/** The code under which an account owns it: whose the room is, theirs are its polls. */
export function ownedAs(hosted: Hosted): JoinCode {
  return "pollId" in hosted ? (hosted.roomId ?? hosted.pollId) : hosted.roomId;
}

export function notHostRefusal(hosted: Hosted): Refusal {
  const { roomId } = hosted;
  return refuse(
    "NOT_ALLOWED",
    `Only the host may do this; sign in as its owner, or send the ${roomId ? "room" : "poll"}'s host key as X-Host-Key.`,
    "pollId" in hosted ? { pollId: hosted.pollId } : { roomId: hosted.roomId },
  );
}
