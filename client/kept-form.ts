/**
 * What was typed into the form, kept in this tab until it has become a poll: a reload or a look at another page loses
 * nothing. Storage may be blocked or full; then it lives as long as the page.
 */
import type { CreateForm } from "./create-form.ts";

/** The number changes with the form's shape: a form of another release is not read. */
const nameOf = (from: string) => `pollcast:form:1:${from}`;

/** `from`: the code that the form was filled from; empty for a form of its own. */
export function keepForm(from: string, form: CreateForm): void {
  attempt(() => {
    const kept = { ...form, busy: false, errors: {}, cursor: null };
    sessionStorage.setItem(nameOf(from), JSON.stringify(kept));
  });
}

/** `null` if nothing was typed here, or it cannot be had. */
export function keptForm(from: string): CreateForm | null {
  return attempt(() => JSON.parse(sessionStorage.getItem(nameOf(from)) ?? "null")) ?? null;
}

export function forgetForm(from: string): void {
  attempt(() => sessionStorage.removeItem(nameOf(from)));
}

function attempt<Answer>(ask: () => Answer): Answer | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
