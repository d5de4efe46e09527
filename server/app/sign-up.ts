import { type Refusal, refuse } from "../../shared/refusals.ts";
import { type BegunSession, type Browser, beginSession, newAccountId } from "./begin-session.ts";
import { writeEmail } from "./email.ts";
import { judgePassword } from "./passwords.ts";
import type { Account } from "./session-ports.ts";
import { type SignInPorts, startedAnewRefusal } from "./sign-in.ts";

export interface SignUpRequest {
  readonly email: string;
  readonly password: string;
  /** The client's address, for counting. */
  readonly address: string;
}

/** Makes an account and signs in. Rejects with an `Outage`; then the account may have been made: sign in. */
export async function signUp(
  ports: SignInPorts,
  { email: typed, password, address }: SignUpRequest,
  browser: Browser,
): Promise<BegunSession | Refusal> {
  const written = writeEmail(typed);
  if ("code" in written) return written;
  const { email } = written;
  const bad = judgePassword(password, email);
  if (bad) return bad;
  const crowded = await ports.limits.signUp(address);
  if (crowded) return crowded;
  const passwordHash = await ports.passwords.hash(password);
  const now = ports.clock();
  const account: Account = {
    accountId: newAccountId(),
    email,
    passwordHash,
    createdAt: now,
    validFrom: now,
  };
  if ((await ports.accounts.create(account)) === "taken") return takenRefusal();
  return (await beginSession(ports, account, browser)) ?? startedAnewRefusal();
}

/** Nothing is sent to an address, so this cannot be kept from whoever asks; the limit makes it slow to ask. */
function takenRefusal(): Refusal {
  const message = "There is an account with this e-mail already; sign in.";
  return refuse("CONFLICT", message, { errors: [{ path: "email", message }] });
}
