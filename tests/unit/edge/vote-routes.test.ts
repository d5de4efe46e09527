import { expect, test } from "bun:test";
import type { VoteAccepted } from "../../../shared/messages.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { NOON } from "../../support/fixtures.ts";
import { startEdge } from "../../support/start-edge.ts";

test("[H4] a vote is counted with 201; the same again is a repeat, another one ALREADY_VOTED", async () => {
  await using edge = await startEdge();
  const voter = await edge.newVoter();
  const { pollId, path } = await edge.makePoll();
  const vote = (optionId: string) => edge.send("POST", `${path}/votes`, { optionId }, voter);
  const counted = await vote("opt-2");
  expect(counted.status).toBe(201);
  expect((await counted.json()) as VoteAccepted).toEqual({
    pollId,
    optionIds: ["opt-2"],
    revision: NOON,
    durability: "embedded",
    repeated: false,
  });
  const again = await vote("opt-2");
  expect(again.status).toBe(201);
  expect(((await again.json()) as VoteAccepted).repeated).toBe(true);
  const refused = await expectRefusal(await vote("opt-1"), "ALREADY_VOTED");
  expect(refused).toMatchObject({ pollId, yourVote: ["opt-2"] });
});

test("[H4] a ballot of several options and its own revision is taken as it is", async () => {
  await using edge = await startEdge();
  const voter = await edge.newVoter();
  const { path } = await edge.makePoll({
    kind: "multiple",
    options: ["a", "b", "c"],
    settings: { maxChoices: 2 },
  });
  const vote = (optionIds: string[]) => edge.send("POST", `${path}/votes`, { optionIds, revision: 7 }, voter);
  await expectRefusal(await vote(["opt-1", "opt-2", "opt-3"]), "TOO_MANY_OPTIONS");
  const counted = (await (await vote(["opt-3", "opt-1"])).json()) as VoteAccepted;
  expect(counted).toMatchObject({ optionIds: ["opt-1", "opt-3"], revision: 7 });
});

test("[H4] a ballot without a voter is NO_VOTER, and says where to get one", async () => {
  await using edge = await startEdge();
  const { path } = await edge.makePoll();
  const refused = await expectRefusal(
    await edge.send("POST", `${path}/votes`, { optionId: "opt-1" }),
    "NO_VOTER",
  );
  expect(refused.detail).toContain("POST /api/session");
});

test("[H4] a ballot that fits no poll, no option or no time is refused by its code", async () => {
  await using edge = await startEdge();
  const voter = await edge.newVoter();
  const open = await edge.makePoll();
  const draft = await edge.makePoll({ open: false });
  const closed = await edge.makePoll();
  await edge.call(`${closed.path}/close`, { method: "POST", headers: closed.host });
  const vote = (path: string, ballot: object = { optionId: "opt-1" }) =>
    edge.send("POST", `${path}/votes`, ballot, voter);
  await expectRefusal(await vote("/api/polls/ABCD1234"), "POLL_NOT_FOUND");
  await expectRefusal(await vote(draft.path), "POLL_NOT_OPEN");
  await expectRefusal(await vote(closed.path), "POLL_CLOSED");
  for (const optionId of ["opt-3", "__proto__", "constructor"]) {
    await expectRefusal(await vote(open.path, { optionId }), "UNKNOWN_OPTION");
  }
  for (const ballot of [
    {},
    { optionId: "opt-1", optionIds: ["opt-1"] },
    { optionIds: [] },
    { optionId: 1 },
  ]) {
    await expectRefusal(await vote(open.path, ballot), "BAD_MESSAGE");
  }
});
