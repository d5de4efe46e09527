import { describe, expect, test } from "bun:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { newPollId } from "../../../shared/ids.ts";
import { newVoter, options } from "../../support/fixtures.ts";
import { waitFor } from "../../support/wait-for.ts";
import { Hall, SeatedViewer } from "./hall.ts";

/** The answer to the join, the first change at once, and one telling for each tick of 50 ms since. */
function mostTellings(began: number): number {
  return 2 + Math.ceil((performance.now() - began) / 50);
}

describe("polls that somebody watches", () => {
  test("[F3] however many join at once, the poll is followed and read once, the choices together", async () => {
    await using hall = await Hall.open();
    const { pollId } = await hall.poll();
    const viewers = await Promise.all(Array.from({ length: 300 }, () => hall.join(pollId)));
    expect(hall.calls).toEqual({ follow: 1, read: 1, choicesOf: 2 });
    for (const viewer of viewers) {
      expect(viewer.got("POLL_UPDATE")).toHaveLength(1);
      expect(viewer.got("RESULTS_UPDATE")).toHaveLength(1);
    }
  });

  test("[F3] a poll that everybody left is still followed for who comes back at once", async () => {
    await using hall = await Hall.open();
    const { pollId } = await hall.poll();
    const viewer = await hall.join(pollId);
    hall.livePolls.leave(viewer, pollId);
    await hall.cast(pollId, newVoter(), 1);
    const again = await hall.join(pollId);
    expect(hall.calls).toMatchObject({ follow: 1, read: 1 });
    expect(again.got("RESULTS_UPDATE").at(0)?.totalVotes).toBe(1);
  });

  test("[F4] news between following and reading is not lost", async () => {
    await using hall = await Hall.open();
    const { pollId } = await hall.poll();
    hall.betweenFollowingAndReading = () => hall.steer(pollId, { visibility: "hidden" }, "hidden");
    const viewer = await hall.join(pollId);
    expect(viewer.got("POLL_UPDATE").at(-1)?.visibility).toBe("hidden");
    expect(viewer.got("RESULTS_UPDATE").map(({ results }) => results)).toEqual([null]);
  });

  test("[F4] of one version there are two pictures at most, with the numbers and without", async () => {
    await using hall = await Hall.open();
    const { pollId } = await hall.poll({ settings: { resultsVisibility: "afterVote" } });
    const voters = [await hall.join(pollId), await hall.join(pollId)];
    const onlooker = await hall.join(pollId);
    for (const { voter } of voters) await hall.cast(pollId, voter, 1);
    const last = (viewer: SeatedViewer) => viewer.got("RESULTS_UPDATE").at(-1);
    await waitFor("the second vote", () => last(onlooker)?.participantCount === 2);
    expect(last(onlooker)).toMatchObject({ results: null, totalVotes: null });
    expect(voters.map((viewer) => last(viewer)?.totalVotes)).toEqual([2, 2]);
    const pictures = new Set(hall.published.filter((frame) => frame.includes('"participantCount":2')));
    expect(pictures.size).toBe(2);
  });

  test("[F1] however often a host changes a poll, viewers are told the whole of it once a tick, the last change too", async () => {
    await using hall = await Hall.open();
    const { pollId } = await hall.poll();
    const viewer = await hall.join(pollId);
    const began = performance.now();
    for (let change = 0; change < 100; change++) {
      await hall.steer(pollId, { visibility: change % 2 ? "live" : "hidden" }, "hidden");
    }
    await hall.steer(pollId, { visibility: "afterClose" }, "hidden");
    const last = () => viewer.got("POLL_UPDATE").at(-1);
    await waitFor("the last change", () => last()?.visibility === "afterClose");
    expect(viewer.got("POLL_SYSTEM")).toHaveLength(101);
    expect(viewer.got("POLL_UPDATE").length).toBeLessThanOrEqual(mostTellings(began));
  });

  test("[F1] however often a voter changes, the other windows are told once a tick, the last change too", async () => {
    await using hall = await Hall.open();
    const { pollId } = await hall.poll({ settings: { allowChange: true } });
    const voter = newVoter();
    const windows = [new SeatedViewer(voter), new SeatedViewer(voter)];
    for (const window of windows) await hall.join(pollId, window);
    const began = performance.now();
    for (let revision = 1; revision <= 100; revision++) {
      await hall.cast(pollId, voter, revision === 100 ? 3 : 1 + (revision % 2), revision);
    }
    for (const window of windows) {
      const last = () => window.got("POLL_UPDATE").at(-1);
      await waitFor("the last change", () => last()?.yourVote?.[0] === "opt-3");
      expect(window.got("POLL_UPDATE").length).toBeLessThanOrEqual(mostTellings(began));
    }
  });

  test("[W3] who leaves while the answer is looked up gets none", async () => {
    await using hall = await Hall.open();
    const { pollId } = await hall.poll();
    const viewer = new SeatedViewer();
    const joined = hall.join(pollId, viewer);
    hall.livePolls.leaveAll(viewer);
    await joined;
    await hall.cast(pollId, newVoter(), 1);
    await nextTurn();
    expect(viewer.frames).toEqual([]);
    expect(viewer.topics.size).toBe(0);
  });

  test("[W10] a ballot counted while the voter's choice is looked up is not forgotten", async () => {
    await using hall = await Hall.open();
    const { pollId } = await hall.poll({ settings: { resultsVisibility: "afterVote" } });
    await hall.join(pollId);
    const viewer = new SeatedViewer();
    const joined = hall.join(pollId, viewer);
    hall.afterLookingUpChoices = () => hall.cast(pollId, viewer.voter, 2);
    await joined;
    expect(viewer.got("POLL_UPDATE").at(-1)?.yourVote).toEqual(options(2));
    expect([...viewer.topics]).toEqual([`${pollId}:voted`]);
  });

  test("[L5] a socket joins 32 polls at most; the one too many is told to leave one first", async () => {
    await using hall = await Hall.open();
    const viewer = new SeatedViewer();
    const polls = [];
    for (let count = 0; count < 33; count++) polls.push((await hall.poll()).pollId);
    const join = (pollId = newPollId()) => hall.livePolls.join(viewer, pollId, undefined, undefined);
    const [first, last] = [polls[0], polls[32]];
    for (const pollId of polls.slice(0, 32)) expect(await join(pollId)).toBeNull();
    expect(await join(last)).toMatchObject({ code: "NOT_ALLOWED", pollId: last });
    expect(await join(first)).toBeNull();
    if (first) hall.livePolls.leave(viewer, first);
    expect(await join()).toMatchObject({ code: "POLL_NOT_FOUND" });
    expect(await join(last)).toBeNull();
  });

  test("[F3] an outage while a poll is opened is the joiner's to hear, and the next join tries again", async () => {
    await using hall = await Hall.open();
    const { pollId } = await hall.poll();
    hall.betweenFollowingAndReading = () => Promise.reject(new Error("away"));
    await expect(hall.join(pollId)).rejects.toThrow("away");
    hall.betweenFollowingAndReading = null;
    const viewer = await hall.join(pollId);
    expect(viewer.got("POLL_UPDATE")).toHaveLength(1);
  });
});
