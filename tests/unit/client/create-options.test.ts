import { describe, expect, test } from "bun:test";
import { type CreateForm, openQuestion } from "../../../client/create-form.ts";
import {
  addOption,
  applyTemplate,
  nextOption,
  removeOption,
  undoTemplate,
  writeOption,
} from "../../../client/create-options.ts";
import { home as texts } from "../../../client/texts/spoken.ts";
import { optionsFormOf, roomFormOf } from "./form-fixtures.ts";

const optionsOf = (form: CreateForm) => openQuestion(form).options;
const twenty = Array.from({ length: 20 }, (_, index) => `${index}`);

describe("options by keyboard", () => {
  test("[U10] Enter in the last option makes the next, elsewhere it only goes on; never more than 20", () => {
    const made = nextOption(optionsFormOf("a", "b"), 1);
    expect([optionsOf(made), made.cursor]).toEqual([["a", "b", ""], "option-2"]);
    const gone = nextOption(optionsFormOf("a", "b"), 0);
    expect([optionsOf(gone), gone.cursor]).toEqual([["a", "b"], "option-1"]);
    expect(optionsOf(nextOption(optionsFormOf(...twenty), 19)).length).toBe(20);
  });

  test("[U30] Enter in an empty last option makes no second empty one", () => {
    const form = optionsFormOf("a", "b", "");
    expect(nextOption(form, 2)).toBe(form);
    expect(addOption(form)).toMatchObject({ cursor: "option-2", questions: form.questions });
    expect(optionsOf(addOption(optionsFormOf("a", "b")))).toEqual(["a", "b", ""]);
  });

  test("[U31] in a room it begins the next question, once there are two options", () => {
    const room: CreateForm = { ...optionsFormOf("a", "b", ""), shape: "room" };
    const next = nextOption(room, 2);
    expect([next.questions.length, next.at, next.cursor]).toEqual([2, 1, "question"]);
    const early: CreateForm = { ...optionsFormOf("a", ""), shape: "room" };
    expect(nextOption(early, 1)).toBe(early);
    const between = nextOption(writeOption(writeOption(roomFormOf("one", "two"), 0, "a\nb"), 2, ""), 2);
    expect([between.questions.length, between.at]).toEqual([2, 1]);
  });

  test("[U30] Backspace in an empty option goes back to the one before, from the first to the question", () => {
    const form = removeOption(optionsFormOf("a", "b", ""), 2);
    expect([optionsOf(form), form.cursor]).toEqual([["a", "b"], "option-1"]);
    expect(removeOption(optionsFormOf("", "b"), 0).cursor).toBe("question");
  });

  test("[U10] two fields always stay", () => {
    expect(optionsOf(removeOption(optionsFormOf("a", "b", "c"), 1))).toEqual(["a", "c"]);
    expect(optionsOf(removeOption(optionsFormOf("a", "b"), 0))).toEqual(["b", ""]);
    expect(optionsOf(writeOption(optionsFormOf("", ""), 0, "one\n"))).toEqual(["one", ""]);
  });
});

describe("options typed and pasted", () => {
  test("[U10] a pasted list becomes options, takes the place of empty ones and pushes filled ones down", () => {
    const form = writeOption(optionsFormOf("", ""), 0, "tea\r\n\n  coffee \nwater");
    expect([optionsOf(form), form.cursor]).toEqual([["tea", "coffee", "water"], "option-2"]);
    const between = writeOption(optionsFormOf("milk", "", "juice"), 1, "tea\ncoffee");
    expect([optionsOf(between), between.cursor]).toEqual([["milk", "tea", "coffee", "juice"], "option-2"]);
  });

  test("[U10] typing keeps spaces where they are typed and the other options alone", () => {
    const form = writeOption(optionsFormOf("a", "", ""), 0, "a b ");
    expect([optionsOf(form), form.cursor]).toEqual([["a b ", "", ""], null]);
  });

  test("[U10] of a list of more than 20 the rest is left out, and that is said", () => {
    const list = Array.from({ length: 25 }, (_, index) => `option ${index}`).join("\n");
    const form = writeOption(optionsFormOf("", ""), 0, list);
    expect([optionsOf(form).length, form.cursor]).toEqual([20, "option-19"]);
    expect(form.errors[""]).toContain("20");
  });
});

describe("templates", () => {
  const { yesNo, agree, letters } = texts.templates;

  test("[U32] agreement has five options from strongly agree to strongly disagree", () => {
    expect(agree.options).toEqual(["Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree"]);
    expect(optionsOf(applyTemplate(optionsFormOf("", ""), agree.options))).toEqual(agree.options);
  });

  test("[U32] options that were typed come back, through any number of templates, and go forth again", () => {
    const tried = applyTemplate(applyTemplate(optionsFormOf("tea", ""), yesNo.options), letters.options);
    const back = undoTemplate(tried);
    expect(optionsOf(back)).toEqual(["tea", ""]);
    const changed = undoTemplate(writeOption(tried, 0, "All of it"));
    expect(optionsOf(changed)).toEqual(["tea", ""]);
    expect(optionsOf(undoTemplate(changed))).toEqual(["All of it", "B", "C", "D"]);
  });

  test("[U32] where nothing was typed there is nothing to have back", () => {
    const form = applyTemplate(optionsFormOf("", " "), yesNo.options);
    expect(openQuestion(form).replaced).toBeNull();
    expect(undoTemplate(form)).toBe(form);
  });
});
