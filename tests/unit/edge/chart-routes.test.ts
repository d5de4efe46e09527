import { expect, test } from "bun:test";
import { expectRefusal } from "../../support/expect-problem.ts";
import { startEdge } from "../../support/start-edge.ts";

test("[H19] the picture is for whoever may see the results: everybody, voters, or the host", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll({ settings: { resultsVisibility: "afterVote" } });
  const voter = await edge.newVoter();
  await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, voter);
  const chartFor = (headers: Record<string, string>) => edge.call(`${path}/chart.svg`, { headers });
  await expectRefusal(await chartFor({}), "NOT_ALLOWED");
  await expectRefusal(await chartFor(await edge.newVoter()), "NOT_ALLOWED");
  for (const headers of [voter, host]) {
    const answer = await chartFor(headers);
    expect(answer.headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
    expect(answer.headers.get("content-security-policy")).toStartWith("default-src 'none'");
    expect(await answer.text()).toContain(">Coffee</text>");
  }
  await edge.call(`${path}/reveal`, { method: "POST", headers: host });
  expect((await chartFor({})).status).toBe(200);
  await edge.call(`${path}/hide`, { method: "POST", headers: host });
  await expectRefusal(await chartFor(voter), "NOT_ALLOWED");
  await expectRefusal(await edge.call("/api/polls/ABCD1234/chart.svg"), "POLL_NOT_FOUND");
});

test("[H19] it is kept by its tag until a vote, a step of the host or another language changes it", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll();
  const read = (headers: Record<string, string> = {}) => edge.call(`${path}/chart.svg`, { headers });
  const tag = (await read()).headers.get("etag") ?? "";
  expect(tag).toStartWith('W/"');
  expect((await read({ "if-none-match": tag })).status).toBe(304);
  const another = { "if-none-match": tag, "accept-language": "ja" };
  expect((await read(another)).status).toBe(200);
  await edge.send("POST", `${path}/votes`, { optionId: "opt-1" }, await edge.newVoter());
  const second = await read({ "if-none-match": tag });
  expect(second.status).toBe(200);
  await edge.call(`${path}/close`, { method: "POST", headers: host });
  const after = await read({ "if-none-match": second.headers.get("etag") ?? "" });
  expect(await after.text()).toContain("Final results");
});

test("[H22] a room's CSV has every question that was asked, in order, and no other", async () => {
  await using edge = await startEdge();
  const room = await edge.makeRoom(["First?", "Second?", "Third?"]);
  const [first, second] = room.polls;
  for (const pollId of [second, first]) await edge.send("POST", `${room.path}/go`, { pollId }, room.host);
  await edge.send("POST", `/api/polls/${first}/votes`, { optionId: "opt-1" }, await edge.newVoter());
  const answer = await edge.call(`${room.path}/export.csv`, { headers: room.host });
  const dashed = `${room.roomId.slice(0, 3)}-${room.roomId.slice(3)}`;
  expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="pollcast-${dashed}.csv"`);
  const rows = (await answer.text()).split("\r\n").slice(1, -1);
  expect(rows).toEqual([
    `${first},First?,open,opt-1,Yes,1,100,1,false`,
    `${first},First?,open,opt-2,No,0,0,1,false`,
    `${second},Second?,open,opt-1,Yes,0,0,0,false`,
    `${second},Second?,open,opt-2,No,0,0,0,false`,
  ]);
});

test("[H22] a room's CSV is for its host", async () => {
  await using edge = await startEdge();
  const room = await edge.makeRoom(["First?"]);
  const other = await edge.makeRoom();
  for (const headers of [{}, other.host]) {
    await expectRefusal(await edge.call(`${room.path}/export.csv`, { headers }), "NOT_ALLOWED");
  }
  await expectRefusal(await edge.call("/api/rooms/ABC123/export.csv"), "ROOM_NOT_FOUND");
});
