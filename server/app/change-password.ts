import type { Refusal } from "../../shared/refusals.ts";
import { notSignedInRefusal, wrongPasswordRefusal } from "./account-refusals.ts";
import { type BegunSession, type Browser, beginSession } from "./begin-session.ts";
import { emailHash } from "./email.ts";
import { endSessions } from "./end-sessions.ts";
import { judgePassword } from "./passwords.ts";
import type { Account, SignedIn } from "./session-ports.ts";
import { type SignInPorts, startedAnewRefusal } from "./sign-in.ts";
import { nextValidFrom } from "./sign-out.ts";

export interface ChangePasswordRequest {
  readonly password: string;
  readonly newPassword: string;
  /** The client's address, for counting. */
  readonly address: string;
}

/**
 * Changes the password and ends all sessions; the present one goes on under a new token. Rejects with an `Outage`; then
 * it may have been changed.
 */
export async function changePassword(
  ports: SignInPorts,
  { accountId, sessionId }: SignedIn,
  request: ChangePasswordRequest,
  device: Browser["device"],
): Promise<BegunSession | Refusal> {
  for (;;) {
    const account = await ports.accounts.byId(accountId);
    if (!account) return notSignedInRefusal();
    const bad = judgePassword(request.newPassword, account.email, "newPassword");
    if (bad) return bad;
    const refused = await checkPassword(ports, account, request);
    if (refused) return refused;
    const passwordHash = await ports.passwords.hash(request.newPassword);
    const validFrom = nextValidFrom(account.validFrom, ports.clock());
    const changed = await ports.accounts.change(accountId, account.validFrom, { validFrom, passwordHash });
    // Somebody else changed it: the old password is judged again.
    if (changed !== "changed") continue;
    const next = await beginSession(
      ports,
      { ...account, passwordHash, validFrom },
      { device, previous: sessionId },
    );
    await endSessions(ports, accountId, validFrom);
    return next ?? startedAnewRefusal();
  }
}

/** Asks for the password once more; counted like a sign-in. `null`: it is right. */
export async function checkPassword(
  { passwords, limits }: Pick<SignInPorts, "passwords" | "limits">,
  { email, passwordHash }: Account,
  { password, address }: { readonly password: string; readonly address: string },
): Promise<Refusal | null> {
  const counted = emailHash(email);
  const crowded = await limits.attempt(address, counted);
  if (crowded) return crowded;
  if (!(await passwords.verify(password, passwordHash))) return wrongPasswordRefusal();
  await limits.succeeded(address, counted);
  return null;
}
