import { describe, expect, test } from "bun:test";
import type { PollView } from "../../shared/messages.ts";
import { makePoll, viewPoll } from "../support/poll-calls.ts";
import { connect } from "../support/ws-client.ts";
import { startHostileNode, throwEverything } from "./hostile.ts";
import { BROKEN_BYTES, closeCodeAfter } from "./hostile-bytes.ts";
import { hostilePollText } from "./hostile-requests.ts";
import { parseCsv } from "./parse-csv.ts";
import { Random } from "./random.ts";

/** What a node may hold more after twice as much again (MB); it does not grow with what is thrown at it. */
const FLAT_MB = 48;

test("[L6] 50,000 frames and 5,000 requests of nonsense are answered or closed by the table; then a vote counts", async () => {
  await using node = await startHostileNode();
  const good = await makePoll(node.url);
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const report = await throwEverything(node, { frames: 50_000, requests: 5_000, seed });
  // With the seed, so that it can be thrown again: `bun run faults --seed …`.
  expect({ seed, complaints: report.complaints.slice(0, 20) }).toEqual({ seed, complaints: [] });
  expect(report.frames).toBeGreaterThanOrEqual(50_000);
  expect(report.requests).toBeGreaterThanOrEqual(5_000);
  expect(report.endMb - report.warmMb).toBeLessThan(FLAT_MB);
  // Not one of them was taken for a bug or an outage.
  expect(node.logs().match(/^\{"level":(?:50|60).*$/gm)).toBeNull();

  await using client = await connect(node.wsUrl);
  await client.request({ type: "JOIN_POLL", data: { pollId: good.pollId } });
  const answer = await client.request({ type: "CAST_VOTE", data: { optionId: "opt-2" } });
  expect(answer.type).toBe("VOTE_ACCEPTED");
  expect((await viewPoll(node.url, good.pollId)).results).toMatchObject({
    totalVotes: 1,
    participantCount: 1,
  });
}, 180_000);

describe("bytes that break the rules of WebSocket", () => {
  test("[L6] each is closed by its code, and the node lives on", async () => {
    await using node = await startHostileNode();
    const port = Number(new URL(node.url).port);
    for (const [what, code, bytes] of BROKEN_BYTES) {
      expect([what, await closeCodeAfter(port, bytes)]).toEqual([what, code]);
    }
    expect((await fetch(`${node.url}/health`)).status).toBe(200);
  });
});

test("[H7] [H11] [U3] text that something might run comes back as the text it is: in JSON, page and spreadsheet", async () => {
  await using node = await startHostileNode();
  const random = new Random(1);
  let made = 0;
  for (let attempt = 0; attempt < 400; attempt++) {
    const text = hostilePollText(random);
    const answer = await fetch(`${node.url}/api/polls`, {
      method: "POST",
      body: JSON.stringify(text),
      headers: { "content-type": "application/json" },
    });
    if (answer.status !== 201) {
      // Empty, a label twice, a control character or half a character: refused, and the field is named.
      expect(await answer.json()).toMatchObject({ status: 400, code: "BAD_MESSAGE" });
      continue;
    }
    made += 1;
    const { poll, hostKey } = (await answer.json()) as { poll: PollView["poll"]; hostKey: string };
    const labels = poll.options.map(({ label }) => label);
    expect([poll.question, ...labels]).toEqual([text.question, ...text.options].map((line) => line.trim()));
    await expectTextInPage(node.url, poll);
    await expectTextInCsv(node.url, poll, hostKey);
  }
  expect(made).toBeGreaterThan(100);
}, 60_000);

/** A browser's own parser would be better; here it is enough that no tag of the text is one of the page. */
async function expectTextInPage(url: string, { pollId, question }: PollView["poll"]): Promise<void> {
  const html = await (await fetch(`${url}/${pollId}`)).text();
  const scripts: string[] = [];
  const foreign: string[] = [];
  const heading: string[] = [];
  const reader = new HTMLRewriter()
    .on("script", { element: (element) => void scripts.push(element.getAttribute("src") ?? "data") })
    .on("img, iframe, object", { element: (element) => void foreign.push(element.tagName) })
    .on("h1", { text: (chunk) => void heading.push(chunk.text) });
  await reader.transform(new Response(html)).text();
  expect(scripts).toHaveLength(2);
  expect(foreign).toEqual([]);
  expect(unescaped(heading.join(""))).toBe(question);
}

/** What a browser shows for the entities that the page writes. */
function unescaped(text: string): string {
  const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
  return text.replaceAll(/&(?:lt|gt|quot|amp);/g, (entity) => Reflect.get(entities, entity));
}

async function expectTextInCsv(url: string, poll: PollView["poll"], hostKey: string): Promise<void> {
  const answer = await fetch(`${url}/api/polls/${poll.pollId}/export.csv`, {
    headers: { "x-host-key": hostKey },
  });
  const [, ...rows] = parseCsv(await answer.text());
  expect(rows).toHaveLength(poll.options.length);
  for (const [index, row] of rows.entries()) {
    const [question = "", label = ""] = [row[1], row[4]];
    expect([question, label].filter((cell) => /^[\s"]*[=+\-@]/.test(cell))).toEqual([]);
    // What makes it harmless are apostrophes, and nothing else is added or lost.
    const bare = (text: string) => text.replaceAll("'", "");
    expect([question, label].map(bare)).toEqual([poll.question, poll.options[index]?.label ?? ""].map(bare));
  }
}
