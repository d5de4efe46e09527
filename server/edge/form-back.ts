/** What a form of an account came back with, said in the reader's language. Programs get the refusal's own sentence. */

import { account as words } from "../../client/texts/spoken.ts";
import type { FormBack, Said } from "../../client/views/account-field.tsx";
import type { Refusal } from "../../shared/refusals.ts";
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from "../app/passwords.ts";

const badPassword = () => words.complaints.badPassword(MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH);

/** What is wrong with a field of a form, by the code of the refusal. */
const AT_FIELD: Readonly<Record<string, Readonly<Partial<Record<Refusal["code"], Said>>>>> = {
  email: { BAD_MESSAGE: () => words.complaints.notAnEmail, CONFLICT: () => words.complaints.taken },
  password: { BAD_MESSAGE: badPassword, NOT_ALLOWED: () => words.complaints.wrongPassword },
  newPassword: { BAD_MESSAGE: badPassword },
};

/** Each complaint at its field; what belongs to no field of the form stands below it. */
export function backFor(refusal: Refusal, email: string): FormBack {
  const said = (refusal.errors ?? []).flatMap(({ path }) => {
    const words = AT_FIELD[path]?.[refusal.code];
    return words ? [[path, words] as const] : [];
  });
  if (said.length > 0) return { email, errors: Object.fromEntries(said) };
  const isWrong = refusal.code === "NOT_ALLOWED" && !refusal.errors;
  return { email, errors: { "": isWrong ? () => words.complaints.wrongCredentials : wholeOf(refusal) } };
}

/** What a refusal says about all that was sent. */
export function wholeOf({ code, errors, retryAfterMs = 0 }: Refusal): Said {
  switch (code) {
    case "NOT_SUPPORTED":
      return () => words.without;
    case "UNAVAILABLE":
      return () => words.away;
    case "RATE_LIMITED":
      return () => words.complaints.tooOften(Math.max(1, Math.ceil(retryAfterMs / 60_000)));
    case "CONFLICT":
      return () => words.complaints.endedAnew;
    case "NOT_ALLOWED":
      return () => (errors ? words.complaints.outOfDate : words.complaints.signedOut);
    default:
      return () => words.complaints.unreadable;
  }
}
