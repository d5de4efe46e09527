import type { Refusal } from "../../shared/refusals.ts";
import { notSignedInRefusal } from "./account-refusals.ts";
import { checkPassword } from "./change-password.ts";
import { endSessions } from "./end-sessions.ts";
import type { SignedIn } from "./session-ports.ts";
import type { SignInPorts } from "./sign-in.ts";

/**
 * Deletes the account and ends all its sessions. Its polls stay, without an owner: people voted in them, and whoever has
 * a host key still steers that poll. Rejects with an `Outage`; asking again is harmless.
 */
export async function deleteAccount(
  ports: SignInPorts,
  { accountId }: Pick<SignedIn, "accountId">,
  request: { readonly password: string; readonly address: string },
): Promise<"deleted" | Refusal> {
  const account = await ports.accounts.byId(accountId);
  if (!account) return notSignedInRefusal();
  const refused = await checkPassword(ports, account, request);
  if (refused) return refused;
  await ports.accounts.remove(accountId);
  await endSessions(ports, accountId, null);
  return "deleted";
}
