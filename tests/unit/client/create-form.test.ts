import { describe, expect, test } from "bun:test";
import {
  addQuestion,
  type CreateForm,
  chooseKind,
  chooseShape,
  EMPTY_FORM,
  editQuestion,
  isBlank,
  moveQuestion,
  openQuestion,
  removeQuestion,
  undoRemoval,
  writeQuestion,
} from "../../../client/create-form.ts";
import { MAX_ROOM_POLLS } from "../../../shared/limits.ts";
import { roomFormOf } from "./form-fixtures.ts";

const questionsOf = (form: CreateForm) => form.questions.map(({ question }) => question);

describe("a question", () => {
  test("[U30] is one line, however many it was pasted as", () => {
    const form = writeQuestion(EMPTY_FORM, "Which day\r\n   suits you?");
    expect(openQuestion(form).question).toBe("Which day suits you?");
  });

  test("[U30] what is written mends what was wrong with it, and nothing else", () => {
    const errors = { "": "See below.", "0.question": "Missing.", "0.options.1": "Too long.", title: "Odd." };
    const form = writeQuestion({ ...EMPTY_FORM, errors }, "Which?");
    expect(form.errors).toEqual({ "0.options.1": "Too long.", title: "Odd." });
    expect(chooseKind(form, "rating").errors).toEqual({ title: "Odd." });
  });

  test("[U30] nothing is blank of which something was written or chosen", () => {
    const [question] = EMPTY_FORM.questions;
    if (!question) throw new Error("the form has a question");
    expect(isBlank({ ...question, options: [" ", ""] })).toBe(true);
    expect(isBlank({ ...question, options: ["a", ""] })).toBe(false);
    expect(isBlank({ ...question, kind: "rating" })).toBe(false);
  });
});

describe("the questions of a room", () => {
  test("[U31] one more is written at once; a room takes 50", () => {
    const form = addQuestion(roomFormOf("one", "two"));
    expect([questionsOf(form), form.at, form.cursor]).toEqual([["one", "two", ""], 2, "question"]);
    const full = roomFormOf(...Array.from({ length: MAX_ROOM_POLLS }, (_, index) => `${index}`));
    expect(addQuestion(full)).toBe(full);
  });

  test("[U31] one moves up and down; what is being written stays open, and the cursor on a button that works", () => {
    const form = roomFormOf("one", "two", "three");
    const down = moveQuestion(form, 0, 1);
    expect(questionsOf(down)).toEqual(["two", "one", "three"]);
    expect([openQuestion(down).question, down.cursor]).toEqual(["one", "down-0"]);
    const lowest = moveQuestion(down, 1, 1);
    expect([questionsOf(lowest), lowest.cursor]).toEqual([["two", "three", "one"], "up-0"]);
    const up = moveQuestion(form, 1, -1);
    expect([questionsOf(up), up.cursor]).toEqual([["two", "one", "three"], "down-1"]);
    expect(openQuestion(up).question).toBe("one");
    expect([moveQuestion(form, 0, -1), moveQuestion(form, 2, 1)]).toEqual([form, form]);
  });

  test("[U31] one that is taken out can be put back where it was", () => {
    const form = editQuestion(roomFormOf("one", "two", "three"), 2);
    const left = removeQuestion(form, 1);
    expect([questionsOf(left), openQuestion(left).question]).toEqual([["one", "three"], "three"]);
    const back = undoRemoval(left);
    expect([questionsOf(back), back.removed]).toEqual([["one", "two", "three"], null]);
    expect(openQuestion(back).question).toBe("two");
  });

  test("[U31] the last one leaves a blank one, which makes room when it comes back", () => {
    const left = removeQuestion(roomFormOf("only"), 0);
    expect(left.questions.map(isBlank)).toEqual([true]);
    expect(questionsOf(undoRemoval(left))).toEqual(["only"]);
  });

  test("[U31] no two have the same key, also when one comes back later", () => {
    const left = removeQuestion(roomFormOf("one", "two"), 1);
    const keys = undoRemoval(addQuestion(left)).questions.map(({ key }) => key);
    expect(new Set(keys).size).toBe(3);
  });

  test("[U31] taking a blank one out keeps the way back to the one before", () => {
    const left = removeQuestion(roomFormOf("one", "two"), 1);
    const later = removeQuestion(addQuestion(left), 1);
    expect(questionsOf(undoRemoval(later))).toEqual(["one", "two"]);
  });

  test("[U31] what is wrong with one goes with it, wherever it moves", () => {
    const form = { ...roomFormOf("one", "two"), errors: { "1.question": "Odd." } };
    expect(moveQuestion(form, 1, -1).errors).toEqual({ "1.question": "Odd." });
    expect(removeQuestion(form, 1).errors).toEqual({});
  });

  test("[U31] one question or several: what was written for the other is kept", () => {
    const form = editQuestion(roomFormOf("one", "two"), 1);
    const poll = chooseShape(form, "poll");
    expect(openQuestion(poll).question).toBe("two");
    expect(questionsOf(chooseShape(poll, "room"))).toEqual(["one", "two"]);
  });
});
