import type { PollUpdate } from "../shared/messages.ts";
import { type CreateForm, EMPTY_FORM } from "./create-form.ts";

/** A poll's text, as its definition and `POLL_UPDATE` have it. */
export interface FormText extends Pick<PollUpdate, "question" | "kind" | "settings"> {
  readonly options: readonly { readonly label: string }[];
  /** Not told of a poll that is no draft; then it is the usual one. */
  readonly durationSeconds?: number;
}

/**
 * The form as it was when these were written. `title`: the room's; `null` for a poll alone. The questions of a room share
 * their settings in the form: those of its first.
 */
export function filledForm(title: string | null, polls: readonly FormText[]): CreateForm {
  const form: CreateForm = { ...EMPTY_FORM, shape: title === null ? "poll" : "room", title: title ?? "" };
  const [first] = polls;
  if (!first) return form;
  const { allowChange, resultsVisibility, durability } = first.settings;
  const { durationSeconds = EMPTY_FORM.durationSeconds } = first;
  const questions = polls.map(({ question, kind, options, settings: { maxChoices } }, key) => ({
    key,
    question,
    kind,
    // A rating's numbers are the server's.
    options: kind === "rating" ? ["", ""] : options.map(({ label }) => label),
    maxChoices: maxChoices !== undefined && maxChoices < options.length ? maxChoices : null,
    replaced: null,
  }));
  return { ...form, questions, durationSeconds, allowChange, resultsVisibility, durability };
}
