/** Builders for the form that makes a poll or a room. */
import { type CreateForm, EMPTY_FORM } from "../../../client/create-form.ts";

/** A poll's form with these option fields, and no question yet. */
export function optionsFormOf(...options: string[]): CreateForm {
  return { ...EMPTY_FORM, questions: EMPTY_FORM.questions.map((question) => ({ ...question, options })) };
}

/** A room's form with these questions of two options each; one that is empty is blank altogether. The first is open. */
export function roomFormOf(...questions: string[]): CreateForm {
  const [blank] = EMPTY_FORM.questions;
  if (!blank) throw new Error("a form has a question");
  return {
    ...EMPTY_FORM,
    shape: "room",
    questions: questions.map((question, key) => ({
      ...blank,
      key,
      question,
      options: question ? ["yes", "no"] : ["", ""],
    })),
  };
}
