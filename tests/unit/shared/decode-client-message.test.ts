import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeClientMessage } from "../../../shared/decode-client-message.ts";
import { clientMessage } from "../../../shared/messages.ts";
import { isRefusal } from "../../../shared/refusals.ts";

/** A field as our own browser sends it, or almost. */
const oneOf = (...values: readonly unknown[]) => fc.constantFrom(...values);
const optionId = oneOf("opt-1", "opt-20", "opt-99", "opt-100", "opt-", "", "opt-1 ", "x".repeat(17), 1, null);
const frame = fc.record(
  {
    type: fc.oneof({ weight: 9, arbitrary: fc.constant("CAST_VOTE") }, oneOf("PING", "JOIN_POLL", 7)),
    data: fc.oneof(
      {
        weight: 9,
        arbitrary: fc.record(
          {
            pollId: oneOf("ABCD1234", "abcd-1234", "OOII1234", "ABCD123", "ABCD1234\n", 5, null),
            optionIds: fc.oneof(fc.array(optionId, { maxLength: 22 }), fc.array(oneOf("opt-1", "opt-2"))),
            optionId: fc.oneof(optionId),
            revision: oneOf(0, -0, 1_800_000_000_001, 2 ** 53, 2 ** 53 - 1, -1, 1.5, "1", null),
            more: oneOf(1),
          },
          { requiredKeys: [] },
        ),
      },
      oneOf(null, [], "data", 3),
    ),
    id: oneOf("ballot-1", "", "i".repeat(64), "i".repeat(65), 4, null),
    more: oneOf("and more"),
  },
  { requiredKeys: ["type"] },
);

test("[W6] a frame means what the schema says, whichever way it is decoded", () => {
  fc.assert(
    fc.property(frame, (sent) => {
      const text = JSON.stringify(sent);
      const { outcome } = decodeClientMessage(text);
      const schema = clientMessage.safeParse(JSON.parse(text));
      if (schema.success) expect(outcome).toStrictEqual(schema.data);
      else expect(isRefusal(outcome)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
