/** The rules of the options of the question that is being written. Pure. */
import { MAX_OPTIONS, MIN_OPTIONS } from "../shared/limits.ts";
import {
  type CreateForm,
  changeQuestion,
  nextQuestion,
  openQuestion,
  type QuestionForm,
} from "./create-form.ts";
import { home as texts } from "./texts/spoken.ts";

/** The options that say something, and the field each is written in. */
export function writtenOptions({ options }: QuestionForm): { label: string; index: number }[] {
  return options.map((text, index) => ({ label: text.trim(), index })).filter(({ label }) => label);
}

/**
 * Text put into the option at `index`. Many lines, as from a pasted list, fill that option and new ones after it, and the
 * cursor goes to the last of them.
 */
export function writeOption(form: CreateForm, index: number, text: string): CreateForm {
  const { options } = openQuestion(form);
  const lines = text.split(/\r?\n/).map((line, position) => (position ? line.trim() : line));
  const isList = lines.length > 1;
  const wanted = isList ? lines.filter((line) => line.trim()) : lines;
  // A pasted list takes the place of empty fields below, and pushes filled ones down.
  const below = options.slice(index + 1).filter((label) => !isList || label);
  const all = [...options.slice(0, index), ...wanted, ...below];
  const next = withOptions(form, all.slice(0, MAX_OPTIONS));
  const errors = all.length > MAX_OPTIONS ? { "": texts.tooManyOptions(MAX_OPTIONS) } : {};
  const last = Math.min(index + wanted.length, MAX_OPTIONS) - 1;
  return { ...next, errors: { ...next.errors, ...errors }, cursor: isList ? optionField(last) : null };
}

/**
 * Enter in the option at `index`: on to the next one, which is made if this was the last. In a room an empty last one is
 * how a list of options ends, and the next question begins.
 */
export function nextOption(form: CreateForm, index: number): CreateForm {
  const question = openQuestion(form);
  const { options } = question;
  if (index < options.length - 1) return { ...form, cursor: optionField(index + 1) };
  if (!options[index]?.trim()) {
    const isDone = form.shape === "room" && writtenOptions(question).length >= MIN_OPTIONS;
    return isDone ? nextQuestion(form) : form;
  }
  if (options.length >= MAX_OPTIONS) return form;
  return { ...withOptions(form, [...options, ""]), cursor: optionField(options.length) };
}

/** The button that adds an option; an empty one at the end is good enough. */
export function addOption(form: CreateForm): CreateForm {
  const { options } = openQuestion(form);
  const last = options.length - 1;
  return options[last]?.trim() ? nextOption(form, last) : { ...form, cursor: optionField(last) };
}

/** Takes an option out; two fields always stay. The cursor goes back to the field before. */
export function removeOption(form: CreateForm, index: number): CreateForm {
  const { options } = openQuestion(form);
  return { ...withOptions(form, options.toSpliced(index, 1)), cursor: fieldBefore(index) };
}

/** At most so many of several answers; `null`: as many as one likes. */
export function limitChoices(form: CreateForm, maxChoices: number | null): CreateForm {
  return changeQuestion(form, { maxChoices }, "maxChoices");
}

/** Options that are often asked for. Those that were typed can be had back with `undoTemplate`. */
export function applyTemplate(form: CreateForm, labels: readonly string[]): CreateForm {
  const { options, replaced } = openQuestion(form);
  return changeQuestion(form, { options: labels, replaced: worthKeeping(options) ?? replaced }, "options");
}

/** Back to the options from before the template; pressed again, forth to what was typed since. */
export function undoTemplate(form: CreateForm): CreateForm {
  const { options, replaced } = openQuestion(form);
  if (!replaced) return form;
  const change = { options: replaced, replaced: worthKeeping(options) };
  return { ...changeQuestion(form, change, "options"), cursor: optionField(0) };
}

/** The options, if somebody has typed them: a template is but one press away. */
function worthKeeping(options: readonly string[]): readonly string[] | null {
  const isTemplate = Object.values(texts.templates).some(
    (each) => each.options.join("\n") === options.join("\n"),
  );
  return isTemplate || options.every((label) => !label.trim()) ? null : options;
}

function withOptions(form: CreateForm, options: readonly string[]): CreateForm {
  const filled = [...options, ...Array<string>(Math.max(0, MIN_OPTIONS - options.length)).fill("")];
  return changeQuestion(form, { options: filled }, "options");
}

/** The id of an option's field. */
export function optionField(index: number): string {
  return `option-${index}`;
}

function fieldBefore(index: number): string {
  return index > 0 ? optionField(index - 1) : "question";
}
