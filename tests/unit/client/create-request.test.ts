import { describe, expect, test } from "bun:test";
import {
  type CreateForm,
  chooseKind,
  EMPTY_FORM,
  editQuestion,
  openQuestion,
} from "../../../client/create-form.ts";
import { limitChoices } from "../../../client/create-options.ts";
import { toPollRequest, toRoomRequest, withFailure, withFlaws } from "../../../client/create-request.ts";
import { filledForm } from "../../../client/filled-form.ts";
import { home as texts } from "../../../client/texts/spoken.ts";
import { writePoll } from "../../../server/app/poll-text.ts";
import { createPollRequest, createRoomRequest } from "../../../shared/messages.ts";
import { definitionOf } from "../../support/fixtures.ts";
import { optionsFormOf, roomFormOf } from "./form-fixtures.ts";

const asked = (form: CreateForm): CreateForm => {
  const [first, ...others] = form.questions;
  return first ? { ...form, questions: [{ ...first, question: " Which? " }, ...others] } : form;
};

describe("the request", () => {
  test("[U10] empty options are left out, and what is sent is what the server takes", () => {
    const form = { ...asked(optionsFormOf(" tea ", "", "coffee")), allowChange: true, open: false };
    const request = toPollRequest(form);
    expect(request).toEqual({
      question: "Which?",
      kind: "single",
      options: ["tea", "coffee"],
      durationSeconds: 3600,
      settings: { allowChange: true, resultsVisibility: "live" },
      open: false,
    });
    expect(createPollRequest.safeParse(request).success).toBe(true);
  });

  test("[U10] a rating has no options of its own", () => {
    expect(toPollRequest(chooseKind(optionsFormOf("a", "b"), "rating"))).not.toHaveProperty("options");
  });

  test("[U30] at most so many is sent for several answers, and only where it is fewer than there are", () => {
    const several = chooseKind(asked(optionsFormOf("a", "b", "c", "")), "multiple");
    expect(toPollRequest(several).settings).not.toHaveProperty("maxChoices");
    expect(toPollRequest(limitChoices(several, 2)).settings?.maxChoices).toBe(2);
    expect(toPollRequest(limitChoices(several, 3)).settings).not.toHaveProperty("maxChoices");
    const single = chooseKind(limitChoices(several, 2), "single");
    expect(toPollRequest(single).settings).not.toHaveProperty("maxChoices");
    for (const form of [several, limitChoices(several, 2), limitChoices(several, 3), single]) {
      expect(writePoll(createPollRequest.parse(toPollRequest(form)))).not.toHaveProperty("code");
    }
  });

  test("[U31] a room has its questions in order, without the blank ones; it may have none", () => {
    const room = { ...roomFormOf("one", "", "three"), title: " Lesson " };
    const request = toRoomRequest(room);
    expect(request.title).toBe("Lesson");
    expect(request.polls?.map(({ question }) => question)).toEqual(["one", "three"]);
    expect(createRoomRequest.safeParse(request).success).toBe(true);
    const empty = toRoomRequest({ ...EMPTY_FORM, shape: "room" });
    expect(empty).toEqual({ title: "", polls: [] });
    expect(createRoomRequest.safeParse(empty).success).toBe(true);
  });
});

describe("what is missing", () => {
  test("[U33] is said at its field before anything is sent", () => {
    const form = withFlaws(EMPTY_FORM);
    expect(form?.errors).toEqual({
      "": texts.fixBelow,
      "0.question": texts.questionMissing,
      "0.options": texts.optionsMissing(2),
    });
    expect(form?.cursor).toBe("question");
    expect(withFlaws(asked(optionsFormOf("a", ""))) ?? {}).toMatchObject({ cursor: "option-1" });
  });

  test("[U33] an option that is there already is named, past empty ones", () => {
    const form = withFlaws(asked(optionsFormOf("a", "", "b", " a ")));
    expect(form?.errors).toEqual({ "": texts.fixBelow, "0.options.3": texts.sameOption });
    expect(form?.cursor).toBe("option-3");
  });

  test("[U33] nothing is missing of a rating with a question, nor of a room without questions", () => {
    expect(withFlaws(chooseKind(asked(EMPTY_FORM), "rating"))).toBeNull();
    expect(withFlaws({ ...EMPTY_FORM, shape: "room" })).toBeNull();
  });

  test("[U33] in a room the first question with something missing opens", () => {
    const room = roomFormOf("one", "", "three");
    const [, blank, third] = room.questions;
    if (!blank || !third) throw new Error("three were given");
    const questions = room.questions.with(2, { ...third, options: ["a", ""] });
    const form = withFlaws({ ...room, questions });
    expect([form?.at, form?.cursor]).toEqual([2, "option-1"]);
    expect(Object.keys(form?.errors ?? {})).toEqual(["2.options", ""]);
  });
});

describe("what the server does not take", () => {
  test("[U10] complaints stand at the fields they are about, also past empty ones", () => {
    const errors = [
      { path: "question", message: "must not be empty" },
      { path: "options.1", message: "too long" },
      { path: "settings.maxChoices", message: "too many" },
    ];
    const form = withFailure(
      { ...optionsFormOf("tea", "", "coffee"), busy: true },
      { failed: "Bad.", errors },
    );
    expect(form.errors).toMatchObject({
      "0.question": "must not be empty",
      "0.options.2": "too long",
      "0.maxChoices": "too many",
    });
    expect([form.busy, form.cursor]).toEqual([false, "question"]);
  });

  test("[U33] of a room they stand at the question they are about, also past blank ones", () => {
    const errors = [{ path: "polls.1.options.1", message: "too long" }];
    const room = editQuestion({ ...roomFormOf("one", "", "three"), busy: true }, 0);
    const form = withFailure(room, { failed: "Bad.", errors });
    expect(form.errors).toEqual({ "": texts.fixBelow, "2.options.1": "too long" });
    expect([form.at, form.cursor]).toEqual([2, "option-1"]);
    const titled = withFailure(room, { failed: "Bad.", errors: [{ path: "title", message: "too long" }] });
    expect([titled.errors.title, titled.cursor]).toEqual(["too long", "title"]);
  });

  test("[U33] what is about no field of the form is told for the whole", () => {
    const errors = [
      { path: "question", message: "odd" },
      { path: "durationSeconds", message: "too short" },
    ];
    const form = withFailure(EMPTY_FORM, { failed: "Bad.", errors });
    expect(form.errors[""]).toBe(`${texts.fixBelow} too short`);
  });

  test("[U10] a failure without fields is told as it is, and nothing typed is lost", () => {
    const form = withFailure({ ...EMPTY_FORM, busy: true }, { failed: "Too many polls.", errors: [] });
    expect(form).toEqual({ ...EMPTY_FORM, errors: { "": "Too many polls." } });
  });
});

describe("a form filled from what was asked before", () => {
  test("[U34] asks the same again", () => {
    const settings = { maxChoices: 2, allowChange: true, resultsVisibility: "afterVote" } as const;
    const before = definitionOf({ kind: "multiple", settings });
    const again = writePoll(createPollRequest.parse(toPollRequest(filledForm(null, [before]))));
    const { question, kind, options, settings: kept, durationSeconds } = before;
    expect(again).toEqual({ question, kind, options, settings: kept, durationSeconds });
  });

  test("[U34] of a rating, and of a room without questions too", () => {
    const rating = definitionOf({ kind: "rating", optionCount: 5 });
    expect(toPollRequest(filledForm(null, [rating]))).not.toHaveProperty("options");
    // Its numbers are no options to go on from if it becomes another kind.
    expect(openQuestion(filledForm(null, [rating])).options).toEqual(["", ""]);
    const room = filledForm("Lesson", []);
    expect([room.shape, room.title, toRoomRequest(room).polls]).toEqual(["room", "Lesson", []]);
  });
});
