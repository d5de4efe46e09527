import { expect, test } from "bun:test";
import { TIMELINE_STEPS, type Timeline } from "../../../server/app/timeline.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { NOON } from "../../support/fixtures.ts";
import { startEdge } from "../../support/start-edge.ts";

const timelineOf = async (answer: Response) => {
  expect(answer.status).toBe(200);
  return (await answer.json()) as Timeline;
};

test("[H17] the timeline is for everybody, also where results are hidden, and says when, not what or who", async () => {
  await using edge = await startEdge();
  const { path } = await edge.makePoll({ settings: { resultsVisibility: "afterClose" } });
  edge.clock.step(60_000);
  const voters = await Promise.all([edge.newVoter(), edge.newVoter(), edge.newVoter()]);
  for (const [index, voter] of voters.entries()) {
    const ballot = { optionId: `opt-${(index % 2) + 1}`, revision: NOON + 20_500 * index };
    expect((await edge.send("POST", `${path}/votes`, ballot, voter)).status).toBe(201);
  }
  const answer = await edge.call(`${path}/timeline`);
  const timeline = await timelineOf(answer);
  const steps = [...(timeline.ballots ?? []).entries()].filter(([, count]) => count > 0);
  expect(timeline).toEqual({ from: NOON, to: NOON + 60_000, ballots: expect.anything() });
  expect(timeline.ballots).toHaveLength(TIMELINE_STEPS);
  expect(steps).toEqual([
    [0, 1],
    [20, 1],
    [41, 1],
  ]);
});

test("[H17] a ballot without a revision counts when it was received", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll();
  edge.clock.step(30_000);
  await edge.send("POST", `${path}/votes`, { optionId: "opt-1" }, await edge.newVoter());
  edge.clock.step(30_000);
  await edge.call(`${path}/close`, { method: "POST", headers: host });
  const { ballots } = await timelineOf(await edge.call(`${path}/timeline`));
  expect(ballots?.indexOf(1)).toBe(30);
});

test("[H17] a draft has no timeline, and a code that leads nowhere has none", async () => {
  await using edge = await startEdge();
  const { path } = await edge.makePoll({ open: false });
  await expectRefusal(await edge.call(`${path}/timeline`), "POLL_NOT_OPEN");
  await expectRefusal(await edge.call("/api/polls/00000000/timeline"), "POLL_NOT_FOUND");
  await expectRefusal(await edge.call("/api/polls/nonsense!/timeline"), "POLL_NOT_FOUND");
});

test("[H17][H11] the JSON export has the timeline; that of a draft has none", async () => {
  await using edge = await startEdge();
  const exportOf = async ({ path, host }: Awaited<ReturnType<typeof edge.makePoll>>) => {
    const answer = await edge.call(`${path}/export.json`, { headers: host });
    return (await answer.json()) as { readonly timeline: Timeline | null };
  };
  const poll = await edge.makePoll();
  await edge.send("POST", `${poll.path}/votes`, { optionId: "opt-1" }, await edge.newVoter());
  await edge.call(`${poll.path}/close`, { method: "POST", headers: poll.host });
  const { timeline } = await exportOf(poll);
  expect(timeline).toEqual(await timelineOf(await edge.call(`${poll.path}/timeline`)));
  expect(timeline?.ballots?.reduce((sum, count) => sum + count, 0)).toBe(1);
  expect((await exportOf(await edge.makePoll({ open: false }))).timeline).toBeNull();
});
