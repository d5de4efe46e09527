import { expect, test } from "bun:test";
import type { ResultsUpdate } from "../../shared/messages.ts";
import { waitFor } from "../support/wait-for.ts";
import type { WsClient } from "../support/ws-client.ts";
import { all, startWireNode } from "./wire-node.ts";

const isNewer = (a: ResultsUpdate, b: ResultsUpdate) =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.version > b.version);

/** The pictures a socket got, each of which must be at least as new as the one before. */
function picturesOf(client: WsClient): ResultsUpdate[] {
  const pictures = all(client, "RESULTS_UPDATE");
  for (const [index, picture] of pictures.entries()) {
    const before = pictures[index - 1];
    if (before && isNewer(before, picture)) throw new Error("A picture was older than the one before it.");
  }
  return pictures;
}

test("[F5] a vote reaches every viewer as the same picture", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll();
  const viewers = await Promise.all(Array.from({ length: 20 }, () => node.join(pollId)));
  await node.join(pollId).then((voter) => voter.request({ type: "CAST_VOTE", data: { optionId: "opt-2" } }));
  const pictures = await Promise.all(
    viewers.map((viewer) => viewer.next("RESULTS_UPDATE", ({ data }) => data.totalVotes === 1)),
  );
  const { results } = pictures[0]?.data ?? {};
  expect(results).toEqual([
    { optionId: "opt-1", votes: 0, percentage: 0 },
    { optionId: "opt-2", votes: 1, percentage: 100 },
    { optionId: "opt-3", votes: 0, percentage: 0 },
  ]);
  // The count of viewers may have moved on between two of them.
  for (const { data } of pictures) expect(data.results).toEqual(results ?? []);
});

test("[F1] 1,000 ballots in a burst become few pictures, each newer than the last, and the last one is exact", async () => {
  await using node = await startWireNode({ env: { FRAMES_PER_SECOND: "0" } });
  const { pollId } = await node.makePoll();
  const [watcher, voters] = [await node.join(pollId), await node.connectMany(100)];
  const polls = [pollId];
  for (let more = 1; more < 10; more++) polls.push((await node.makePoll()).pollId);
  for (const other of polls.slice(1)) await watcher.request({ type: "JOIN_POLL", data: { pollId: other } });
  const before = watcher.frames.length;
  const began = performance.now();
  const answers = await Promise.all(
    voters.flatMap((voter, index) =>
      polls.map((poll) =>
        voter.request({ type: "CAST_VOTE", data: { pollId: poll, optionId: `opt-${(index % 3) + 1}` } }),
      ),
    ),
  );
  expect(answers.filter(({ type }) => type === "VOTE_ACCEPTED")).toHaveLength(1_000);
  for (const poll of polls) {
    const last = await waitFor("the last picture", () => {
      const picture = watcher.latestResults(poll);
      return picture?.participantCount === 100 && picture;
    });
    expect(last.results?.map(({ votes }) => votes)).toEqual([34, 33, 33]);
  }
  const seconds = (performance.now() - began) / 1000;
  const frames = watcher.frames.slice(before).filter(({ type }) => type === "RESULTS_UPDATE").length;
  // One at once and one per 50 ms for each of the ten polls; viewers of nine of them came just before.
  expect(frames).toBeLessThanOrEqual(polls.length * (2 + seconds / 0.05));
  expect(frames).toBeLessThan(500);
});

test("[C7] pictures grow by (epoch, version), and what comes after a join is no older than the answer to it", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll({ settings: { allowChange: true } });
  const viewers = [await node.join(pollId)];
  const voter = await node.join(pollId);
  for (let revision = 1; revision <= 30; revision++) {
    const data = { optionId: `opt-${(revision % 3) + 1}`, revision };
    await voter.request({ type: "CAST_VOTE", data });
    if (revision % 10 === 0) viewers.push(await node.join(pollId));
  }
  const newest = await node.view(pollId);
  for (const viewer of [...viewers, voter]) {
    await waitFor("the newest picture", () => {
      const shown = viewer.latestResults(pollId);
      return shown && !isNewer(newest.results, shown);
    });
    const pictures = picturesOf(viewer);
    expect(pictures.at(-1)?.results).toEqual(newest.results.results);
    const versions = pictures.slice(1).map(({ version }) => version);
    expect(new Set(versions).size).toBeGreaterThanOrEqual(versions.length - 1);
  }
});

test("[F7] viewerCount is how many sockets have joined; leaving, closing and joining twice count right", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll();
  const watcher = await node.join(pollId);
  const shows = (count: number) =>
    waitFor(`${count} viewers`, () => watcher.latestResults(pollId)?.viewerCount === count);
  await shows(1);
  const [leaving, closing] = [await node.join(pollId), await node.join(pollId)];
  await leaving.request({ type: "JOIN_POLL", data: { pollId } });
  await shows(3);
  leaving.send({ type: "LEAVE_POLL", data: { pollId } });
  await closing.close();
  await shows(1);
});

test("[F7] viewers who come one after the other change the picture at most once a second", async () => {
  await using node = await startWireNode();
  const { pollId } = await node.makePoll();
  const watcher = await node.join(pollId);
  const began = performance.now();
  for (let count = 0; count < 30; count++) await node.join(pollId);
  await waitFor("all of them", () => watcher.latestResults(pollId)?.viewerCount === 31);
  const seconds = (performance.now() - began) / 1000;
  expect(all(watcher, "RESULTS_UPDATE").length).toBeLessThanOrEqual(3 + seconds);
});
