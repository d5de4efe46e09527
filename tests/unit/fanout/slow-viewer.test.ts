import { describe, expect, test } from "bun:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { newVoter } from "../../support/fixtures.ts";
import { waitFor } from "../../support/wait-for.ts";
import { Hall, type SeatedViewer } from "./hall.ts";

/** A hall with a poll, a viewer who stopped reading and has been noticed, and one who keeps up. */
async function hallWithSlowViewer() {
  const hall = await Hall.open();
  const { pollId } = await hall.poll();
  const [slow, quick] = [await hall.join(pollId), await hall.join(pollId)];
  slow.stalled = true;
  await hall.cast(pollId, newVoter(), 1);
  await waitFor("the slow viewer to be left out", () => slow.topics.size === 0);
  return { hall, pollId, slow, quick };
}

const votesSeenBy = (viewer: SeatedViewer) => viewer.got("RESULTS_UPDATE").at(-1)?.totalVotes;

describe("a viewer who does not keep up", () => {
  test("[F6] gets no queue of snapshots, and nobody waits for it", async () => {
    const { hall, pollId, slow, quick } = await hallWithSlowViewer();
    await using _ = hall;
    const queued = slow.frames.length;
    for (let votes = 2; votes <= 5; votes++) {
      await hall.cast(pollId, newVoter(), 1);
      await waitFor(`${votes} votes to be shown`, () => votesSeenBy(quick) === votes);
    }
    await hall.steer(pollId, { visibility: "live" }, "revealed");
    await waitFor("the event", () => quick.got("POLL_SYSTEM").length === 1);
    await waitFor("the picture after it", () => quick.got("POLL_UPDATE").length === 2);
    expect(slow.frames).toHaveLength(queued);
  });

  test("[F6] gets the newest state once it has read everything, and takes part again", async () => {
    const { hall, pollId, slow, quick } = await hallWithSlowViewer();
    await using _ = hall;
    for (let votes = 2; votes <= 4; votes++) await hall.cast(pollId, newVoter(), 2);
    await waitFor("the others to see it", () => votesSeenBy(quick) === 4);
    const queued = slow.frames.length;
    slow.stalled = false;
    hall.livePolls.drained(slow);
    await waitFor("the newest state", () => slow.frames.length === queued + 2);
    expect(slow.got("POLL_UPDATE").at(-1)).toMatchObject({ participantCount: 4 });
    expect(votesSeenBy(slow)).toBe(4);
    await hall.cast(pollId, newVoter(), 3);
    await waitFor("the next vote", () => votesSeenBy(slow) === 5);
  });

  test("[F6] is not served early because it has read only some of what waits", async () => {
    const { hall, slow } = await hallWithSlowViewer();
    await using _ = hall;
    const queued = slow.frames.length;
    hall.livePolls.drained(slow);
    await nextTurn();
    await nextTurn();
    expect(slow.frames).toHaveLength(queued);
    expect(slow.topics.size).toBe(0);
  });

  test("[F6] hears that the poll was removed, for there will be no newest state", async () => {
    const { hall, pollId, slow, quick } = await hallWithSlowViewer();
    await using _ = hall;
    await hall.remove(pollId);
    expect(quick.got("POLL_SYSTEM")).toEqual([{ pollId, event: "removed" }]);
    expect(slow.got("POLL_SYSTEM")).toEqual([{ pollId, event: "removed" }]);
  });

  test("[F6] voting moves it to its new audience without serving it early", async () => {
    const hall = await Hall.open();
    await using _ = hall;
    const { pollId } = await hall.poll({ settings: { resultsVisibility: "afterVote" } });
    const slow = await hall.join(pollId);
    slow.stalled = true;
    await hall.cast(pollId, newVoter(), 1);
    await waitFor("the slow viewer to be left out", () => slow.topics.size === 0);
    await hall.cast(pollId, slow.voter, 2);
    expect(slow.topics.size).toBe(0);
    slow.stalled = false;
    hall.livePolls.drained(slow);
    await waitFor("the results", () => votesSeenBy(slow) === 2);
    expect([...slow.topics]).toEqual([`${pollId}:voted`]);
  });

  test("[F6] is given up after half a minute of not reading, not before, and not once it reads", async () => {
    const { hall, slow, quick } = await hallWithSlowViewer();
    await using _ = hall;
    const now = hall.clock.now();
    expect(hall.livePolls.isTooSlow(slow, now + 30_000)).toBe(false);
    expect(hall.livePolls.isTooSlow(slow, now + 30_001)).toBe(true);
    expect(hall.livePolls.isTooSlow(quick, now + 30_001)).toBe(false);
    slow.stalled = false;
    hall.livePolls.drained(slow);
    expect(hall.livePolls.isTooSlow(slow, now + 30_001)).toBe(false);
  });
});
