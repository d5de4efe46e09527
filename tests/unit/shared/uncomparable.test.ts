import { describe, expect, test } from "bun:test";
import type { z } from "zod";
import { decodeClientMessage } from "../../../shared/decode-client-message.ts";
import {
  castVoteRequest,
  clientMessage,
  createPollRequest,
  extendPollRequest,
  rewritePollRequest,
} from "../../../shared/messages.ts";
import { isRefusal } from "../../../shared/refusals.ts";

/** An object whose parts cannot be made into a text or a number. */
const UNCOMPARABLE = JSON.parse('{"toString":1,"valueOf":1}');
const HOSTILE = [UNCOMPARABLE, { length: UNCOMPARABLE }, { size: UNCOMPARABLE }, [{ length: UNCOMPARABLE }]];

/** Something good for each schema of what comes in. */
const GOOD: readonly (readonly [z.ZodType, object])[] = [
  [
    createPollRequest,
    {
      question: "q",
      options: ["a", { label: "b" }],
      kind: "single",
      durationSeconds: 60,
      open: true,
      settings: { allowChange: true, resultsVisibility: "live", durability: "ledger", maxChoices: 1 },
    },
  ],
  [rewritePollRequest, { question: "q", options: ["a", "b"] }],
  [extendPollRequest, { seconds: 60 }],
  [castVoteRequest, { optionIds: ["opt-1"], revision: 1 }],
  [castVoteRequest, { optionId: "opt-1" }],
  [clientMessage, { type: "JOIN_POLL", data: { pollId: "ABCD1234", hostKey: "key" }, id: "id" }],
  [clientMessage, { type: "LEAVE_POLL", data: { pollId: "ABCD1234" } }],
  [
    clientMessage,
    { type: "CAST_VOTE", data: { pollId: "ABCD1234", optionIds: ["opt-1"], revision: 1 }, id: "id" },
  ],
  [clientMessage, { type: "CAST_VOTE", data: { optionId: "opt-1" } }],
  [clientMessage, { type: "PING", data: {}, id: "id" }],
];

/** The value with one of its parts replaced, for every part; first of all, itself. */
function* spoiled(value: unknown, by: unknown): Generator<unknown> {
  yield by;
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    for (const worse of spoiled(part, by)) {
      yield Array.isArray(value) ? value.with(Number(name), worse) : { ...value, [name]: worse };
    }
  }
}

describe("values that cannot be compared", () => {
  test("[L6] no schema throws, whichever part of what it reads they are", () => {
    let read = 0;
    for (const [schema, good] of GOOD) {
      expect(schema.safeParse(good).success).toBe(true);
      for (const value of HOSTILE.flatMap((hostile) => [...spoiled(good, hostile)])) {
        expect(() => schema.safeParse(value)).not.toThrow();
        read += 1;
      }
    }
    expect(read).toBeGreaterThan(100);
  });

  test("[W6] a frame with one is BAD_MESSAGE and keeps its id", () => {
    const data = { pollId: "ABCD1234", optionIds: { length: UNCOMPARABLE } };
    const { outcome, id } = decodeClientMessage(JSON.stringify({ type: "CAST_VOTE", data, id: "mine" }));
    expect(isRefusal(outcome) && outcome.code).toBe("BAD_MESSAGE");
    expect(id).toBe("mine");
  });
});

test("[W6] an id has 64 characters as people count them, in the schema and in the answer", () => {
  const frame = (id: string) => decodeClientMessage(JSON.stringify({ type: "PING", id }));
  const [longest, tooLong] = ["😀".repeat(64), "😀".repeat(65)];
  expect(frame(longest)).toEqual({ outcome: { type: "PING", id: longest }, id: longest });
  expect(isRefusal(frame(tooLong).outcome)).toBe(true);
  expect(frame(tooLong).id).toBeUndefined();
});
