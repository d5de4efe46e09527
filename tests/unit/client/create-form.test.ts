import { describe, expect, test } from "bun:test";
import {
  type CreateForm,
  EMPTY_FORM,
  nextOption,
  removeOption,
  toRequest,
  withFailure,
  writeOption,
} from "../../../client/create-form.ts";
import { createPollRequest } from "../../../shared/messages.ts";

const formOf = (...options: string[]): CreateForm => ({ ...EMPTY_FORM, options });

describe("options", () => {
  test("[U10] Enter in the last option makes the next, elsewhere it only goes on; never more than 20", () => {
    expect(nextOption(formOf("a", "b"), 1).options).toEqual(["a", "b", ""]);
    expect(nextOption(formOf("a", "b"), 0).options).toEqual(["a", "b"]);
    const full = formOf(...Array.from({ length: 20 }, (_, index) => `${index}`));
    expect(nextOption(full, 19).options.length).toBe(20);
  });

  test("[U10] a pasted list becomes options, takes the place of empty ones and pushes filled ones down", () => {
    expect(writeOption(formOf("", ""), 0, "tea\r\n\n  coffee \nwater").options).toEqual([
      "tea",
      "coffee",
      "water",
    ]);
    expect(writeOption(formOf("milk", "", "juice"), 1, "tea\ncoffee").options).toEqual([
      "milk",
      "tea",
      "coffee",
      "juice",
    ]);
  });

  test("[U10] typing keeps spaces where they are typed and the other options alone", () => {
    expect(writeOption(formOf("a", "", ""), 0, "a b ").options).toEqual(["a b ", "", ""]);
  });

  test("[U10] of a list of more than 20 the rest is left out, and that is said", () => {
    const form = writeOption(
      EMPTY_FORM,
      0,
      Array.from({ length: 25 }, (_, index) => `option ${index}`).join("\n"),
    );
    expect(form.options.length).toBe(20);
    expect(form.errors[""]).toContain("20");
  });

  test("[U10] two fields always stay", () => {
    expect(removeOption(formOf("a", "b", "c"), 1).options).toEqual(["a", "c"]);
    expect(removeOption(formOf("a", "b"), 0).options).toEqual(["b", ""]);
    expect(writeOption(formOf("", ""), 0, "one\n").options).toEqual(["one", ""]);
  });
});

describe("the request", () => {
  test("[U10] empty options are left out, and what is sent is what the server takes", () => {
    const form = { ...formOf(" tea ", "", "coffee"), question: "Which?", allowChange: true, open: false };
    const request = toRequest(form);
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
    expect(toRequest({ ...formOf("a", "b"), kind: "rating" })).not.toHaveProperty("options");
  });
});

describe("what the server does not take", () => {
  test("[U10] complaints stand at the fields they are about, also past empty ones", () => {
    const errors = [
      { path: "question", message: "must not be empty" },
      { path: "options.1", message: "too long" },
    ];
    const form = withFailure({ ...formOf("tea", "", "coffee"), busy: true }, { failed: "Bad.", errors });
    expect(form.errors.question).toBe("must not be empty");
    expect(form.errors["options.2"]).toBe("too long");
    expect(form.busy).toBe(false);
  });

  test("[U10] a failure without fields is told as it is", () => {
    expect(withFailure(EMPTY_FORM, { failed: "Too many polls.", errors: [] }).errors).toEqual({
      "": "Too many polls.",
    });
  });
});
