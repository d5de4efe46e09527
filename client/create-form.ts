/** The form that makes a poll: its state, its rules, and the request it becomes. Pure. */
import { MAX_OPTIONS, MIN_OPTIONS } from "../shared/limits.ts";
import type { CreatePollRequest, PollKind, ResultsVisibility } from "../shared/messages.ts";
import type { Failure } from "./api.ts";
import { texts } from "./texts.ts";

export interface CreateForm {
  readonly question: string;
  readonly kind: PollKind;
  readonly options: readonly string[];
  readonly durationSeconds: number;
  readonly resultsVisibility: ResultsVisibility;
  readonly allowChange: boolean;
  readonly open: boolean;
  readonly busy: boolean;
  /** What is wrong, by field (`question`, `options.2`); `""` for the whole. */
  readonly errors: Readonly<Record<string, string>>;
}

export const EMPTY_FORM: CreateForm = {
  question: "",
  kind: "single",
  options: ["", ""],
  durationSeconds: 3600,
  resultsVisibility: "live",
  allowChange: false,
  open: true,
  busy: false,
  errors: {},
};

/** Text put into the option at `index`. Many lines, as from a pasted list, fill that option and new ones after it. */
export function writeOption(form: CreateForm, index: number, text: string): CreateForm {
  const lines = text.split(/\r?\n/).map((line, position) => (position ? line.trim() : line));
  const wanted = lines.length > 1 ? lines.filter((line) => line.trim()) : lines;
  // A pasted list takes the place of empty fields below, and pushes filled ones down.
  const below = form.options.slice(index + 1).filter((label) => wanted.length === 1 || label);
  const options = [...form.options.slice(0, index), ...wanted, ...below];
  const errors = options.length > MAX_OPTIONS ? { "": texts.tooManyOptions(MAX_OPTIONS) } : {};
  return { ...form, errors, options: atLeast(options.slice(0, MAX_OPTIONS)) };
}

/** Where the cursor goes after Enter in the option at `index`: the next one, which is made if this was the last. */
export function nextOption(form: CreateForm, index: number): CreateForm {
  const isLast = index === form.options.length - 1;
  if (!isLast || form.options.length >= MAX_OPTIONS) return form;
  return { ...form, options: [...form.options, ""] };
}

export function removeOption(form: CreateForm, index: number): CreateForm {
  return { ...form, errors: {}, options: atLeast(form.options.filter((_, position) => position !== index)) };
}

/** The request, with the empty option fields left out. */
export function toRequest(form: CreateForm): CreatePollRequest {
  const { question, kind, durationSeconds, resultsVisibility, allowChange, open } = form;
  const settings = { allowChange, resultsVisibility };
  const request = { question, kind, durationSeconds, settings, open };
  return kind === "rating" ? request : { ...request, options: written(form).map(({ label }) => label) };
}

/** Puts the server's complaints beside the fields they are about. */
export function withFailure(form: CreateForm, { failed, errors }: Failure): CreateForm {
  const places = written(form);
  const named = errors.map(({ path, message }) => {
    const sent = /^options\.(\d+)/.exec(path)?.[1];
    const field = sent === undefined ? path : `options.${places[Number(sent)]?.index ?? 0}`;
    return [field, message];
  });
  const whole = errors.length ? texts.fixBelow : failed;
  return { ...form, busy: false, errors: { "": whole, ...Object.fromEntries(named) } };
}

/** The options that say something, and the field each is written in. */
function written({ options }: CreateForm): { label: string; index: number }[] {
  return options.map((text, index) => ({ label: text.trim(), index })).filter(({ label }) => label);
}

function atLeast(options: readonly string[]): readonly string[] {
  return options.length >= MIN_OPTIONS ? options : [...options, ...["", ""].slice(options.length)];
}
