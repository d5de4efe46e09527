import { expect, test } from "bun:test";
import type { Poll } from "../../../server/app/poll.ts";
import type { PollId } from "../../../shared/ids.ts";
import { closedControl, newVoter } from "../../support/fixtures.ts";
import { waitFor } from "../../support/wait-for.ts";
import { Hall, type SeatedViewer } from "./hall.ts";

const results = (viewer: SeatedViewer) => viewer.got("RESULTS_UPDATE");
const lastResults = (viewer: SeatedViewer) => results(viewer).at(-1);
const lastUpdate = (viewer: SeatedViewer) => viewer.got("POLL_UPDATE").at(-1);

async function stored(hall: Hall, pollId: PollId): Promise<Poll> {
  const poll = await hall.store.read(pollId);
  if (!poll) throw new Error(`There is no poll ${pollId}.`);
  return poll;
}

/** A message over the bus from another store than this hall's, newer by `newer` versions than what the store has. */
async function tell(
  hall: Hall,
  pollId: PollId,
  newer: number,
  parts: Partial<Poll["control"]>,
  votes: number[],
) {
  const { control, tally } = await stored(hall, pollId);
  const version = tally.version + newer;
  const participantCount = votes.reduce((sum, count) => sum + count, 0);
  hall.bus.tell({
    kind: "snapshot",
    pollId,
    control: { ...control, ...parts },
    tally: { ...tally, version, votes, participantCount, final: false },
  });
}

test("[V6] after hide a newer count under the older control shows the participants and nothing else", async () => {
  await using hall = await Hall.open();
  const { pollId } = await hall.poll();
  const viewer = await hall.join(pollId);
  const before = (await stored(hall, pollId)).control;
  await hall.steer(pollId, { visibility: "hidden" }, "hidden");
  await waitFor("the hiding", () => lastResults(viewer)?.results === null);
  const seen = results(viewer).length;
  await tell(hall, pollId, 1_000, before, [40, 0, 2]);
  await waitFor("the newer count", () => lastResults(viewer)?.participantCount === 42);
  const late = await hall.join(pollId);
  expect([...results(viewer).slice(seen), ...results(late)].map(({ results }) => results)).not.toContainEqual(
    expect.anything(),
  );
  expect(lastUpdate(late)?.visibility).toBe("hidden");
});

test("[V6] a newer control without a newer count is told at once, and who joins gets no numbers", async () => {
  await using hall = await Hall.open();
  const { pollId } = await hall.poll();
  await hall.cast(pollId, newVoter(), 1);
  const viewer = await hall.join(pollId);
  const { seq } = (await stored(hall, pollId)).control;
  await tell(hall, pollId, 1_000, {}, [2, 0, 0]);
  await waitFor("the count", () => lastResults(viewer)?.totalVotes === 2);
  await tell(hall, pollId, 1_000, { visibility: "hidden", seq: seq + 1 }, [2, 0, 0]);
  await waitFor("the hiding", () => lastUpdate(viewer)?.visibility === "hidden");
  const late = await hall.join(pollId);
  expect(lastResults(late)).toMatchObject({ results: null, totalVotes: null, participantCount: 2 });
});

test("[F8][C13] counting is shown as not final to everybody, then the final result, and it stays", async () => {
  await using hall = await Hall.open();
  const { pollId } = await hall.poll();
  await hall.cast(pollId, newVoter(), 1);
  const viewers = [await hall.join(pollId), await hall.join(pollId)];
  const { control, tally } = await stored(hall, pollId);
  const closed = closedControl(control);
  await tell(hall, pollId, 1_000, closed, [1, 0, 0]);
  for (const viewer of viewers) {
    await waitFor("the close", () => lastUpdate(viewer)?.status === "closed");
    expect(results(viewer).some(({ final }) => final)).toBe(false);
  }
  // Settled, under an epoch of its own, with a ballot that was on its way.
  const settled = { ...tally, epoch: tally.epoch + 1, version: 5, votes: [1, 1, 0], participantCount: 2 };
  hall.bus.tell({ kind: "snapshot", pollId, control: closed, tally: { ...settled, final: true } });
  for (const viewer of viewers) await waitFor("the final result", () => lastResults(viewer)?.final);
  hall.bus.tell({
    kind: "snapshot",
    pollId,
    control: closed,
    tally: { ...settled, version: 9, final: false },
  });
  const late = await hall.join(pollId);
  expect(lastResults(late)).toMatchObject({ final: true, totalVotes: 2 });
});
