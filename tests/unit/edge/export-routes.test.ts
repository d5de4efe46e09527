import { expect, test } from "bun:test";
import { pollView } from "../../../server/app/snapshot.ts";
import { exportCsv } from "../../../server/edge/export-csv.ts";
import type { PollId } from "../../../shared/ids.ts";
import type { PollView } from "../../../shared/messages.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { NOON } from "../../support/fixtures.ts";
import { startEdge } from "../../support/start-edge.ts";

test("[H11] the CSV opens in a spreadsheet: byte order mark, CRLF, one row per option", async () => {
  await using edge = await startEdge();
  const { pollId, path, host } = await edge.makePoll();
  await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, await edge.newVoter());
  const answer = await edge.call(`${path}/export.csv`, { headers: host });
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  const dashed = `${pollId.slice(0, 4)}-${pollId.slice(4)}`;
  expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="pollcast-${dashed}.csv"`);
  const bytes = await answer.bytes();
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(new TextDecoder().decode(bytes)).toBe(
    [
      "poll,question,status,option,label,votes,percentage,participants,final",
      `${pollId},Tea or coffee?,open,opt-1,Tea,0,0,1,false`,
      `${pollId},Tea or coffee?,open,opt-2,Coffee,1,100,1,false`,
      "",
    ].join("\r\n"),
  );
});

test("[H11] no cell runs as a formula, and quotes and commas stay inside their cell", async () => {
  await using edge = await startEdge();
  const labels = [
    "=1+1",
    '=HYPERLINK("http://evil.test","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "a,b",
    'say "yes"',
    "'quoted",
  ];
  const { path, host } = await edge.makePoll({ question: "-2+3", options: labels });
  const text = await (await edge.call(`${path}/export.csv`, { headers: host })).text();
  const rows = text.split("\r\n").slice(1, -1);
  expect(
    rows.map((row) => row.replace(/^[^,]+,'-2\+3,open,opt-\d+,/, "").replace(/,0,0,0,false$/, "")),
  ).toEqual([
    "'=1+1",
    `"'=HYPERLINK(""http://evil.test"",""x"")"`,
    "'+1",
    "'-1",
    "'@SUM(A1)",
    '"a,b"',
    '"say ""yes"""',
    "'quoted",
  ]);
});

test("[H11][C13] an export says whether it is the final result: not while the closed poll is counting", async () => {
  await using edge = await startEdge();
  const { path, host, pollId } = await edge.makePoll();
  const lastCells = (text: string) =>
    text
      .split("\r\n")
      .slice(1, -1)
      .map((row) => row.split(",").at(-1));
  const exportOf = async (file: string) => edge.call(`${path}/export.${file}`, { headers: host });
  await edge.call(`${path}/close`, { method: "POST", headers: host });
  expect(lastCells(await (await exportOf("csv")).text())).toEqual(["true", "true"]);
  expect(((await (await exportOf("json")).json()) as PollView).results.final).toBe(true);
  const poll = await edge.polls.read(pollId as PollId); // the edge has just taken it
  if (!poll) throw new Error("The poll is gone.");
  const counting = { ...poll, tally: { ...poll.tally, final: false } };
  expect(lastCells(exportCsv([pollView(counting, { host: true, yourVote: null }, NOON)]))).toEqual([
    "false",
    "false",
  ]);
});

test("[H11] the JSON export is the host's view of the poll and when it was taken", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll({ settings: { resultsVisibility: "afterClose" } });
  const answer = await edge.call(`${path}/export.json`, { headers: host });
  expect(answer.headers.get("content-disposition")).toEndWith('.json"');
  const exported = (await answer.json()) as PollView & { exportedAt: number };
  expect(exported.exportedAt).toBe(NOON);
  expect(exported.poll.host).toBe(true);
  expect(exported.results.totalVotes).toBe(0);
});

test("[H11] the history names what was done and when, oldest first, and nobody", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll();
  edge.clock.step(1000);
  await edge.call(`${path}/hide`, { method: "POST", headers: host });
  const answer = await edge.call(`${path}/audit`, { headers: host });
  expect(await answer.json()).toEqual({
    items: [
      { at: NOON, action: "created", by: "host" },
      { at: NOON + 1000, action: "hidden", by: "host" },
    ],
    nextCursor: null,
  });
});

test("[H11] exports and history are for the host", async () => {
  await using edge = await startEdge();
  const { path } = await edge.makePoll();
  const { host: anotherHost } = await edge.makePoll();
  for (const file of ["export.csv", "export.json", "audit"]) {
    for (const headers of [{}, anotherHost]) {
      await expectRefusal(await edge.call(`${path}/${file}`, { headers }), "NOT_ALLOWED");
    }
    await expectRefusal(await edge.call(`/api/polls/ABCD1234/${file}`), "POLL_NOT_FOUND");
  }
});
