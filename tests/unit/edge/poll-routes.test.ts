import { expect, test } from "bun:test";
import { pollEtag } from "../../../server/edge/poll-etag.ts";
import type { PollView } from "../../../shared/messages.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { closedControl, definitionOf, openControl, pollOf } from "../../support/fixtures.ts";
import { startEdge } from "../../support/start-edge.ts";

const viewOf = async (answer: Response) => (await answer.json()) as PollView;

test("[H1] making a poll answers 201 with the poll, its key and its address, and it is open", async () => {
  await using edge = await startEdge();
  const answer = await edge.send("POST", "/api/polls", {
    question: "Tea?",
    options: ["Yes", { label: "No" }],
  });
  expect(answer.status).toBe(201);
  const { poll, hostKey } = (await answer.json()) as { poll: PollView["poll"]; hostKey: string };
  expect(poll).toMatchObject({ question: "Tea?", status: "open", host: true, remainingTime: 3600 });
  expect(poll.options.map(({ label }) => label)).toEqual(["Yes", "No"]);
  expect(hostKey).toHaveLength(32);
  expect(answer.headers.get("location")).toBe(`/api/polls/${poll.pollId}`);
  expect(answer.headers.get("cache-control")).toBe("no-store");
});

test("[H1] with open: false a draft is made, which its host may rewrite and open", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll({ open: false });
  const rewritten = await edge.send("PATCH", path, { question: "Cake?" }, host);
  expect((await viewOf(rewritten)).poll).toMatchObject({ question: "Cake?", status: "draft" });
  await expectRefusal(await edge.send("PATCH", path, { question: "" }, host), "BAD_MESSAGE");
  const opened = await edge.call(`${path}/open`, { method: "POST", headers: host });
  expect((await viewOf(opened)).poll).toMatchObject({ question: "Cake?", status: "open" });
  await expectRefusal(await edge.send("PATCH", path, { question: "Pie?" }, host), "CONFLICT");
});

test("[H1] what does not fit the schema or itself is BAD_MESSAGE and names the field", async () => {
  await using edge = await startEdge();
  const pathsOf = async (body: unknown) => {
    const problem = await expectRefusal(await edge.send("POST", "/api/polls", body), "BAD_MESSAGE");
    return problem.errors?.map(({ path }) => path);
  };
  expect(await pathsOf({ options: ["a", "b"] })).toEqual(["question"]);
  expect(await pathsOf({ question: "q", options: ["a"] })).toEqual(["options"]);
  expect(await pathsOf({ question: "q", options: ["a", "a"] })).toEqual(["options.1"]);
  expect(await pathsOf({ question: "q", options: ["a", "b"], durationSeconds: 9 })).toEqual([
    "durationSeconds",
  ]);
  expect(await pathsOf({ question: "q", options: ["a", "b"], settings: { maxChoices: 2 } })).toEqual([
    "settings.maxChoices",
  ]);
  expect(await pathsOf(null)).toEqual([""]);
  expect(await pathsOf([])).toEqual([""]);
});

test("[H2] a poll is read by its code in any spelling, also after its end", async () => {
  await using edge = await startEdge();
  const { pollId, path, host } = await edge.makePoll();
  const dashed = `${pollId.slice(0, 4)}-${pollId.slice(4)}`.toLowerCase();
  for (const spelling of [pollId, dashed, `${pollId}%20`]) {
    const view = await viewOf(await edge.call(`/api/polls/${spelling}`));
    expect(view.poll).toMatchObject({ pollId, host: false, yourVote: null });
    expect(view.results).toMatchObject({ pollId, totalVotes: 0, final: false });
  }
  await edge.call(`${path}/close`, { method: "POST", headers: host });
  expect((await viewOf(await edge.call(path))).results.final).toBe(true);
});

test("[H2] a code that no poll has, or that cannot be one, is POLL_NOT_FOUND", async () => {
  await using edge = await startEdge();
  for (const code of ["ABCD-1234", "nonsense!", "%E0%A4%A", "__proto__", "x".repeat(5000)]) {
    await expectRefusal(await edge.call(`/api/polls/${code}`), "POLL_NOT_FOUND");
  }
});

test("[H2] hidden results are in no answer but the host's", async () => {
  await using edge = await startEdge();
  const voter = await edge.newVoter();
  const { path, host } = await edge.makePoll({ settings: { resultsVisibility: "afterVote" } });
  const totalFor = async (headers: Record<string, string>) =>
    (await viewOf(await edge.call(path, { headers }))).results.totalVotes;
  expect(await totalFor(voter)).toBeNull();
  await edge.send("POST", `${path}/votes`, { optionId: "opt-1" }, voter);
  expect(await totalFor(voter)).toBe(1);
  expect(await totalFor({})).toBeNull();
  expect(await totalFor(host)).toBe(1);
  await edge.call(`${path}/hide`, { method: "POST", headers: host });
  expect(await totalFor(voter)).toBeNull();
  expect(await totalFor(host)).toBe(1);
});

test("[H3] a reader who has the newest state gets 304, until something changes", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll();
  const first = await edge.call(path);
  const tag = first.headers.get("etag") ?? "";
  expect(first.headers.get("cache-control")).toBe("private, no-cache");
  expect(first.headers.get("vary")).toBe("Cookie, X-Host-Key");
  const again = async () => edge.call(path, { headers: { "if-none-match": `"other", ${tag}` } });
  const unchanged = await again();
  expect(unchanged.status).toBe(304);
  expect(unchanged.headers.get("etag")).toBe(tag);
  expect(unchanged.headers.get("vary")).toBe("Cookie, X-Host-Key");
  expect(await unchanged.text()).toBe("");
  await edge.call(`${path}/hide`, { method: "POST", headers: host });
  const hidden = await again();
  expect(hidden.status).toBe(200);
  const ifNoneMatch = { "if-none-match": hidden.headers.get("etag") ?? "" };
  expect((await edge.call(path, { headers: ifNoneMatch })).status).toBe(304);
  await edge.send("POST", `${path}/votes`, { optionId: "opt-1" }, await edge.newVoter());
  expect((await edge.call(path, { headers: ifNoneMatch })).status).toBe(200);
});

test("[H3][C13] the tag differs while the closed poll is counting from when its result is final", () => {
  const definition = definitionOf();
  const tagOf = (final: boolean) => {
    const poll = pollOf(definition, closedControl(openControl(definition)), [1, 0, 0], { final });
    return pollEtag(poll, { host: false, yourVote: null });
  };
  expect(tagOf(false)).not.toBe(tagOf(true));
});

test("[H3] the tag differs by audience and by one's own vote", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll();
  const [tea, coffee] = [await edge.newVoter(), await edge.newVoter()];
  await edge.send("POST", `${path}/votes`, { optionId: "opt-1" }, tea);
  await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, coffee);
  const tags = await Promise.all(
    [{}, tea, coffee, host, { ...host, ...tea }].map(async (headers) =>
      (await edge.call(path, { headers })).headers.get("etag"),
    ),
  );
  expect(new Set(tags).size).toBe(5);
});
