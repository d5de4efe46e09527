/** How the product says no to whoever signs in. */
import { type Refusal, refuse } from "../../shared/refusals.ts";

/** The same for an unknown e-mail and a wrong password: who has an account is nobody's business. */
export function wrongCredentialsRefusal(): Refusal {
  return refuse("NOT_ALLOWED", "The e-mail or the password is not right.");
}

export function wrongPasswordRefusal(): Refusal {
  return refuse("NOT_ALLOWED", "The password is not right.", {
    errors: [{ path: "password", message: "is not right" }],
  });
}

export function notSignedInRefusal(): Refusal {
  return refuse("NOT_ALLOWED", "You are not signed in any more; sign in again.");
}

/** Fails closed: nobody is let in, and nobody is told that they may not. */
export function cannotTellRefusal(retryAfterMs = 2_000): Refusal {
  return refuse(
    "UNAVAILABLE",
    "Whether you are the host cannot be checked just now; try again in a moment, or use the poll's host key.",
    { retryAfterMs },
  );
}
