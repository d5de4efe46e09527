/** E-mail addresses: shape, and when two are the same. Nothing is ever sent to them. */
import { createHash } from "node:crypto";
import { type Refusal, refuse } from "../../shared/refusals.ts";

/** Characters; the longest that mail servers take. */
const MAX_LENGTH = 254;
/** Something, an @, something with a dot. More cannot be known without sending a letter. */
const SHAPE = /^[^\s@\p{C}]+@[^\s@.\p{C}]+(\.[^\s@.\p{C}]+)+$/u;

/** The address as it is kept, or what is wrong with it. */
export function writeEmail(input: string): { readonly email: string } | Refusal {
  const email = input.trim();
  if ([...email].length <= MAX_LENGTH && email.isWellFormed() && SHAPE.test(email)) return { email };
  const message = "This is not an e-mail address; it looks like name@example.org.";
  return refuse("BAD_MESSAGE", message, { errors: [{ path: "email", message }] });
}

/** The same for addresses that differ only in case, spaces around them, or how an accent is composed. */
export function emailKey(email: string): string {
  return email.trim().normalize("NFC").toLowerCase();
}

/** SHA-256 of `emailKey`, hex: where an address must be recognised but need not be read. */
export function emailHash(email: string): string {
  return createHash("sha256").update(emailKey(email)).digest("hex");
}
