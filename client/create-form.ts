/**
 * The form that makes a poll or a room: its state, and the rules of its questions. Pure. The host's page writes a room's
 * questions with it too, one at a time (`shape: "poll"`).
 */
import { MAX_ROOM_POLLS } from "../shared/limits.ts";
import type { PollKind, PollSettings, ResultsVisibility } from "../shared/messages.ts";

export interface QuestionForm {
  /** Tells the questions of one form apart, in whatever order they are. */
  readonly key: number;
  readonly question: string;
  readonly kind: PollKind;
  readonly options: readonly string[];
  /** Of several answers; `null`: as many as one likes. */
  readonly maxChoices: number | null;
  /** The options that a template took the place of. */
  readonly replaced: readonly string[] | null;
}

/** What goes for every question of the form. */
export interface FormSettings {
  readonly durationSeconds: number;
  readonly resultsVisibility: ResultsVisibility;
  readonly allowChange: boolean;
  /** Not in the form; a poll that is made from another keeps it. */
  readonly durability: PollSettings["durability"];
  /** Of a poll. A room's questions open when everybody comes to them. */
  readonly open: boolean;
}

export interface CreateForm extends FormSettings {
  /** One question, or several under one code. */
  readonly shape: "poll" | "room";
  /** Of the room. */
  readonly title: string;
  /** At least one. A room is made of all, a poll of the one that is being written. */
  readonly questions: readonly QuestionForm[];
  /** Place of the question that is being written. */
  readonly at: number;
  /** A question that was taken out, and where it stood. */
  readonly removed: { readonly question: QuestionForm; readonly at: number } | null;
  readonly busy: boolean;
  /** What was typed before the page was reloaded is here again. */
  readonly restored: boolean;
  /** What is wrong: by field of the question with that key (`0.question`, `0.options.2`), `title`, `""` for the whole. */
  readonly errors: Readonly<Record<string, string>>;
  /** The field (its id) where the cursor goes once this is drawn; `null`: it stays. */
  readonly cursor: string | null;
}

export const EMPTY_FORM: CreateForm = {
  shape: "poll",
  title: "",
  questions: [blank(0)],
  at: 0,
  removed: null,
  durationSeconds: 3600,
  resultsVisibility: "live",
  allowChange: false,
  durability: "replicated",
  open: true,
  busy: false,
  restored: false,
  errors: {},
  cursor: null,
};

function blank(key: number): QuestionForm {
  return { key, question: "", kind: "single", options: ["", ""], maxChoices: null, replaced: null };
}

/** A question of which nothing has been written is left out when a room is made. */
export function isBlank({ question, kind, options }: QuestionForm): boolean {
  return kind !== "rating" && ![question, ...options].some((text) => text.trim());
}

/** The question that is being written. */
export function openQuestion({ questions, at }: CreateForm): QuestionForm {
  return questions[at] ?? blank(0);
}

/** Changes the question that is being written. What was wrong with its `field` is taken as mended. */
export function changeQuestion(
  form: CreateForm,
  change: Partial<QuestionForm>,
  field: "question" | "options" | "maxChoices",
): CreateForm {
  const { key } = openQuestion(form);
  const questions = form.questions.map((each) => (each.key === key ? { ...each, ...change } : each));
  return { ...form, questions, errors: without(form.errors, `${key}.${field}`), cursor: null };
}

/** A question is one line, however it was pasted. */
export function writeQuestion(form: CreateForm, text: string): CreateForm {
  return changeQuestion(form, { question: text.replace(/\s*\n\s*/g, " ") }, "question");
}

/** Another kind has other options, so what was wrong with them is no more. */
export function chooseKind(form: CreateForm, kind: PollKind): CreateForm {
  return changeQuestion(changeQuestion(form, { kind }, "options"), {}, "maxChoices");
}

export function chooseShape(form: CreateForm, shape: CreateForm["shape"]): CreateForm {
  return { ...form, shape, errors: {}, cursor: null };
}

export function nameRoom(form: CreateForm, title: string): CreateForm {
  return { ...form, title, errors: without(form.errors, "title"), cursor: null };
}

/** A new question at the end, to be written next. */
export function addQuestion(form: CreateForm): CreateForm {
  if (form.questions.length >= MAX_ROOM_POLLS) return form;
  const key = Math.max(...form.questions.map((each) => each.key), form.removed?.question.key ?? 0) + 1;
  const questions = [...form.questions, blank(key)];
  return { ...form, questions, at: questions.length - 1, cursor: "question" };
}

export function editQuestion(form: CreateForm, at: number): CreateForm {
  return { ...form, at, cursor: "question" };
}

/** The question after the one that is being written; a new one after the last. */
export function nextQuestion(form: CreateForm): CreateForm {
  return form.at + 1 < form.questions.length ? editQuestion(form, form.at + 1) : addQuestion(form);
}

/** Moves the question at `from` one place up (-1) or down (1). The cursor stays on the button, or goes to its other. */
export function moveQuestion(form: CreateForm, from: number, by: -1 | 1): CreateForm {
  const moved = form.questions[from];
  const to = from + by;
  if (!moved || to < 0 || to >= form.questions.length) return form;
  const questions = form.questions.toSpliced(from, 1).toSpliced(to, 0, moved);
  const isAtEdge = to === (by < 0 ? 0 : questions.length - 1);
  const button = by < 0 === isAtEdge ? "down" : "up";
  return {
    ...form,
    questions,
    at: placeOf(questions, openQuestion(form)),
    cursor: `${button}-${moved.key}`,
  };
}

/** Takes a question out; it can be put back until the next is taken out. */
export function removeQuestion(form: CreateForm, at: number): CreateForm {
  const question = form.questions[at];
  if (!question) return form;
  const left = form.questions.toSpliced(at, 1);
  const questions = left.length ? left : [blank(question.key + 1)];
  const open = at === form.at ? Math.min(at, questions.length - 1) : placeOf(questions, openQuestion(form));
  const errors = without(form.errors, `${question.key}`);
  // Of a question that says nothing there is nothing to put back.
  const removed = isBlank(question) ? form.removed : { question, at };
  const next = `edit-${questions[Math.min(at, questions.length - 1)]?.key}`;
  return { ...form, questions, at: open, errors, removed, cursor: isBlank(question) ? next : "undo-removal" };
}

export function undoRemoval(form: CreateForm): CreateForm {
  const { removed } = form;
  if (!removed || form.questions.length >= MAX_ROOM_POLLS) return form;
  const kept = form.questions.length === 1 ? form.questions.filter((each) => !isBlank(each)) : form.questions;
  const questions = kept.toSpliced(removed.at, 0, removed.question);
  return { ...form, questions, at: placeOf(questions, removed.question), removed: null, cursor: "question" };
}

function placeOf(questions: readonly QuestionForm[], { key }: QuestionForm): number {
  return Math.max(
    0,
    questions.findIndex((each) => each.key === key),
  );
}

/** The errors without those of a field and of what is in it; the one of the whole goes with them. */
function without(errors: CreateForm["errors"], field: string): CreateForm["errors"] {
  const others = Object.entries(errors).filter(
    ([name]) => name !== "" && name !== field && !name.startsWith(`${field}.`),
  );
  return Object.fromEntries(others);
}
