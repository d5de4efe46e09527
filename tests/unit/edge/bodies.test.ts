import { expect, test } from "bun:test";
import {
  MAX_BODY_BYTES,
  MAX_LABEL_LENGTH,
  MAX_OPTIONS,
  MAX_QUESTION_LENGTH,
  MAX_ROOM_BODY_BYTES,
  MAX_ROOM_POLLS,
  MAX_TITLE_LENGTH,
} from "../../../shared/limits.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { type Edge, startEdge } from "../../support/start-edge.ts";

const JSON_TYPE = { "content-type": "application/json" };
const post = (edge: Edge, body: BodyInit | null, headers: Record<string, string> = JSON_TYPE) =>
  edge.call("/api/polls", { method: "POST", body, headers });

test("[H7] a body over 16 KiB is TOO_LARGE, with its length told or in chunks", async () => {
  await using edge = await startEdge();
  const padded = (bytes: number) => '{"question":"q","options":["a","b"]}'.padEnd(bytes);
  const chunked = (text: string) => new Blob([text]).stream();
  const told = (text: string) => ({ ...JSON_TYPE, "content-length": String(text.length) });
  const [fits, tooLarge] = [padded(MAX_BODY_BYTES), padded(MAX_BODY_BYTES + 1)];
  expect((await post(edge, fits, told(fits))).status).toBe(201);
  expect((await post(edge, chunked(fits))).status).toBe(201);
  await expectRefusal(await post(edge, tooLarge, told(tooLarge)), "TOO_LARGE");
  await expectRefusal(await post(edge, chunked(tooLarge)), "TOO_LARGE");
});

test("[H7] what is not JSON, or does not say that it is, is BAD_MESSAGE", async () => {
  await using edge = await startEdge();
  for (const body of ["", "{", "question=Tea", "\u0000", `${"[".repeat(8000)}`]) {
    await expectRefusal(await post(edge, body), "BAD_MESSAGE");
  }
  const good = '{"question":"q","options":["a","b"]}';
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "nonsense"]) {
    const refused = await expectRefusal(await post(edge, good, { "content-type": type }), "BAD_MESSAGE");
    expect(refused.detail).toContain("application/json");
  }
  await expectRefusal(await post(edge, null, {}), "BAD_MESSAGE");
  expect((await post(edge, good, { "content-type": "application/json; charset=utf-8" })).status).toBe(201);
});

test("[H7] prototype names and deep nesting do no harm", async () => {
  await using edge = await startEdge();
  const polluting =
    '{"question":"q","options":["a","b"],"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  expect((await post(edge, polluting)).status).toBe(201);
  expect("polluted" in {}).toBe(false);
  const deep = `${"[".repeat(8000)}${"]".repeat(8000)}`;
  await expectRefusal(await post(edge, deep), "BAD_MESSAGE");
  await expectRefusal(await post(edge, `{"question":"q","options":${deep}}`), "BAD_MESSAGE");
  expect((await edge.call("/health")).status).toBe(200);
});

test("[H7] text that would be HTML comes back as the JSON text it was", async () => {
  await using edge = await startEdge();
  const question = '<script>alert("1")</script>';
  const { path } = await edge.makePoll({ question });
  const answer = await edge.call(path);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await answer.json()).toMatchObject({ poll: { question } });
});

test("[H7] a room comes with fifty questions as long as they may be, and no longer", async () => {
  await using edge = await startEdge();
  const question = {
    question: "🗳".repeat(MAX_QUESTION_LENGTH),
    options: Array.from(
      { length: MAX_OPTIONS },
      (_, index) => `${"🗳".repeat(MAX_LABEL_LENGTH - 2)}${index + 10}`,
    ),
  };
  const polls = Array.from({ length: MAX_ROOM_POLLS }, () => question);
  const made = await edge.send("POST", "/api/rooms", { title: "🗳".repeat(MAX_TITLE_LENGTH), polls });
  expect(made.status).toBe(201);
  const body = JSON.stringify({ polls }).padEnd(MAX_ROOM_BODY_BYTES + 1);
  await expectRefusal(
    await edge.call("/api/rooms", { method: "POST", body, headers: JSON_TYPE }),
    "TOO_LARGE",
  );
});
