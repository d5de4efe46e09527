/** From the form to the request that it becomes, and from what is wrong with it back to its fields. Pure. */
import { MIN_OPTIONS } from "../shared/limits.ts";
import type { CreatePollRequest, CreateRoomRequest, PollText } from "../shared/messages.ts";
import type { FieldError } from "../shared/refusals.ts";
import type { Failure } from "./api.ts";
import { type CreateForm, isBlank, openQuestion, type QuestionForm } from "./create-form.ts";
import { optionField, writtenOptions } from "./create-options.ts";
import { home as texts } from "./texts/spoken.ts";

/** The poll, with the empty option fields left out. */
export function toPollRequest(form: CreateForm): CreatePollRequest {
  return { ...pollText(form, openQuestion(form)), open: form.open };
}

/** The room, with the blank questions left out; it may have none. */
export function toRoomRequest(form: CreateForm): CreateRoomRequest {
  return { title: form.title.trim(), polls: sentQuestions(form).map((question) => pollText(form, question)) };
}

function pollText(form: CreateForm, question: QuestionForm): PollText {
  const { durationSeconds, allowChange, resultsVisibility, durability } = form;
  const { kind, maxChoices } = question;
  const labels = writtenOptions(question).map(({ label }) => label);
  // "At most 5 of 3" is as many as one likes.
  const isLimited = kind === "multiple" && maxChoices !== null && maxChoices < labels.length;
  return {
    question: question.question.trim(),
    kind,
    durationSeconds,
    settings: {
      allowChange,
      resultsVisibility,
      ...(durability !== "replicated" && { durability }),
      ...(isLimited && { maxChoices }),
    },
    ...(kind !== "rating" && { options: labels }),
  };
}

/** The questions that a request is made of, in their order. */
function sentQuestions(form: CreateForm): readonly QuestionForm[] {
  return form.shape === "poll" ? [openQuestion(form)] : form.questions.filter((each) => !isBlank(each));
}

/**
 * The form with what is missing said at its fields, at once and in the reader's language; `null` if nothing is. The server
 * judges again, and more strictly.
 */
export function withFlaws(form: CreateForm): CreateForm | null {
  const flaws = sentQuestions(form).flatMap((question) =>
    flawsOf(question).map(([field, message]) => [`${question.key}.${field}`, message] as const),
  );
  return flaws.length ? atFields(form, Object.fromEntries(flaws), []) : null;
}

function flawsOf(question: QuestionForm): [field: string, message: string][] {
  const flaws: [string, string][] = question.question.trim() ? [] : [["question", texts.questionMissing]];
  if (question.kind === "rating") return flaws;
  const written = writtenOptions(question);
  if (written.length < MIN_OPTIONS) return [...flaws, ["options", texts.optionsMissing(MIN_OPTIONS)]];
  const labels = written.map(({ label }) => label);
  const repeated = written.filter(({ label }, place) => labels.indexOf(label) !== place);
  return [...flaws, ...repeated.map(({ index }): [string, string] => [`options.${index}`, texts.sameOption])];
}

/** The form with the server's complaints beside the fields they are about; one about no field is told for the whole. */
export function withFailure(form: CreateForm, { failed, errors }: Failure): CreateForm {
  const sent = sentQuestions(form);
  const placed = errors.map((error) => [fieldOf(form, sent, error), error.message] as const);
  const named = placed.filter((each): each is [string, string] => each[0] !== null);
  const others = placed.flatMap(([field, message]) => (field === null ? [message] : []));
  if (named.length) return atFields(form, Object.fromEntries(named), others);
  return { ...form, busy: false, errors: { "": failed } };
}

/** The field that the server's path is about: `polls.2.options.1` of a room, `options.1` of a poll. */
function fieldOf(form: CreateForm, sent: readonly QuestionForm[], { path }: FieldError): string | null {
  if (form.shape === "room" && path === "title") return path;
  const [, place, inQuestion = ""] = /^(?:polls\.(\d+)\.)?(.*)$/.exec(path) ?? [];
  const question = sent[Number(place ?? 0)];
  if (!question) return null;
  const [name, index] = inQuestion.replace("settings.", "").split(".");
  if (name === "options" && index !== undefined) {
    return `${question.key}.options.${writtenOptions(question)[Number(index)]?.index ?? 0}`;
  }
  return name === "question" || name === "options" || name === "maxChoices"
    ? `${question.key}.${name}`
    : null;
}

/** Opens the first question with something wrong, with the cursor where it is. */
function atFields(form: CreateForm, errors: CreateForm["errors"], others: readonly string[]): CreateForm {
  const isWrong = ({ key }: QuestionForm) => Object.keys(errors).some((name) => name.startsWith(`${key}.`));
  const first = form.questions.findIndex(isWrong);
  const at = form.shape === "poll" || first < 0 ? form.at : first;
  const whole = [texts.fixBelow, ...others].join(" ");
  const next = { ...form, busy: false, at, errors: { ...errors, "": whole } };
  return { ...next, cursor: errors.title ? "title" : cursorAt(next) };
}

function cursorAt(form: CreateForm): string {
  const { key, options } = openQuestion(form);
  if (form.errors[`${key}.question`]) return "question";
  if (form.errors[`${key}.maxChoices`]) return "max-choices";
  const wrong = options.findIndex((_, index) => form.errors[`${key}.options.${index}`]);
  const empty = options.findIndex((label) => !label.trim());
  return optionField(Math.max(0, wrong >= 0 ? wrong : empty));
}
