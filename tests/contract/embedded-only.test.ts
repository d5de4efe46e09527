import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isNewer } from "../../server/app/poll.ts";
import { DATABASE_FILE } from "../../server/store/embedded/database.ts";
import { MOST_WAITING, openEmbeddedPollStore } from "../../server/store/embedded/embedded-poll-store.ts";
import { GRACE_MS } from "../../shared/limits.ts";
import {
  auditOf,
  ballotOf,
  closedControl,
  definitionOf,
  NOON,
  newVoter,
  openControl,
} from "../support/fixtures.ts";
import { dataFolder, embeddedHarness } from "./embedded-harness.ts";
import { PollStoreBench, refusalOf, repeated } from "./poll-store-harness.ts";

describe("embedded store, group commit", () => {
  const bench = new PollStoreBench(() => embeddedHarness());

  test("[S7] an accepted ballot says embedded", async () => {
    const { pollId } = await bench.open();
    expect(await bench.store.cast(ballotOf(pollId, newVoter(), [1]))).toMatchObject({
      durability: "embedded",
    });
  });

  test("[S7] the ballots of one turn are one commit, of at most a thousand, told once", async () => {
    const { pollId } = await bench.open();
    const castMany = (count: number) =>
      Promise.all(Array.from({ length: count }, () => bench.store.cast(ballotOf(pollId, newVoter(), [1]))));
    await castMany(1_000);
    expect(bench.harness.news.snapshotsOf(pollId).map(({ tally }) => tally.participantCount)).toEqual([
      1_000,
    ]);
    await castMany(1_500);
    expect(bench.harness.news.snapshotsOf(pollId).map(({ tally }) => tally.participantCount)).toEqual([
      1_000, 2_000, 2_500,
    ]);
  });

  test("[S7] repeats and refusals are not told, for nothing changed", async () => {
    const { pollId } = await bench.open({ settings: { allowChange: true } });
    const voter = newVoter();
    await bench.store.cast(ballotOf(pollId, voter, [1], 1));
    expect(repeated(await bench.store.cast(ballotOf(pollId, voter, [1], 1)))).toBe(true);
    expect(repeated(await bench.store.cast(ballotOf(pollId, voter, [1], 2)))).toBe(true);
    expect(refusalOf(await bench.store.cast(ballotOf(pollId, voter, [2], 2))).code).toBe("ALREADY_VOTED");
    expect(bench.harness.news.of(pollId)).toHaveLength(1);
  });

  test("[B5] a ballot is judged by when it came, not by when it is committed", async () => {
    const { pollId } = await bench.open({}, { closesAt: bench.now() });
    bench.harness.clock.step?.(GRACE_MS - 1);
    const inTime = bench.store.cast(ballotOf(pollId, newVoter(), [1]));
    bench.harness.clock.step?.(1);
    const late = bench.store.cast(ballotOf(pollId, newVoter(), [1]));
    expect(repeated(await inTime)).toBe(false);
    expect(refusalOf(await late).code).toBe("POLL_CLOSED");
  });

  test("[B5] ballots that came before the close count, though they still waited for their commit", async () => {
    const { pollId } = await bench.open();
    const { control } = await bench.read(pollId);
    const casting = Array.from({ length: 1_200 }, () => bench.store.cast(ballotOf(pollId, newVoter(), [2])));
    const closing = bench.store.steer({
      pollId,
      expectedSeq: control.seq,
      control: { ...control, status: "closed", closedAt: bench.now(), seq: control.seq + 1 },
      event: "closed",
      audit: { at: bench.now(), action: "closed", by: "host" },
    });
    const late = bench.store.cast(ballotOf(pollId, newVoter(), [2]));
    expect(await closing).toBe("done");
    expect((await Promise.all(casting)).filter((outcome) => outcome.kind !== "accepted")).toEqual([]);
    expect(refusalOf(await late).code).toBe("POLL_CLOSED");
    expect(await bench.tally(pollId)).toEqual([[0, 1_200, 0], 1_200]);
    expect(bench.harness.news.of(pollId).at(-1)).toMatchObject({
      kind: "snapshot",
      tally: { participantCount: 1_200 },
    });
  });

  test("[C7] versions grow although the clock goes back, also over a restart", async () => {
    const { pollId } = await bench.open();
    const tallies = [(await bench.read(pollId)).tally];
    for (let round = 0; round < 4; round++) {
      bench.harness.clock.step?.(-10_000);
      if (round === 2) await bench.harness.reopen();
      await bench.store.cast(ballotOf(pollId, newVoter(), [1]));
      tallies.push((await bench.read(pollId)).tally);
    }
    for (const [index, tally] of tallies.slice(1).entries()) {
      const before = tallies[index];
      expect(before && isNewer(tally, before)).toBe(true);
    }
  });
});

describe("embedded store, at its limits", () => {
  const bench = new PollStoreBench(() => embeddedHarness());

  test("[S7] beyond a second of waiting work ballots are asked to come again, and those waiting are not lost", async () => {
    const { pollId } = await bench.open();
    const ballot = ballotOf(pollId, newVoter(), [1]);
    const waiting = Array.from({ length: MOST_WAITING }, () => bench.store.cast(ballot));
    expect(refusalOf(await bench.store.cast(ballot))).toMatchObject({
      code: "UNAVAILABLE",
      retryAfterMs: expect.any(Number),
    });
    const answers = await Promise.all(waiting);
    expect(answers.every(({ kind }) => kind === "accepted")).toBe(true);
    expect(await bench.tally(pollId)).toEqual([[1, 0, 0], 1]);
  });

  test("[V3] a listener that steers a poll while its batch is being told miscounts nothing", async () => {
    await using folder = await dataFolder();
    const polls = [definitionOf(), definitionOf()];
    const steering: Promise<string>[] = [];
    let told = false;
    const store = openEmbeddedPollStore({
      directory: folder.directory,
      clock: () => NOON,
      tell: (news) => {
        if (told || news.kind === "event") return;
        told = true;
        for (const definition of polls) {
          const { seq } = openControl(definition);
          const control = { ...openControl(definition), visibility: "hidden", seq: seq + 1 } as const;
          const change = { pollId: definition.pollId, expectedSeq: seq, control, audit: auditOf("hidden") };
          steering.push(store.steer({ ...change, event: "hidden" }));
        }
      },
    });
    for (const poll of polls) await store.create(poll, openControl(poll), auditOf("created"));
    await Promise.all(polls.map(({ pollId }) => store.cast(ballotOf(pollId, newVoter(), [1]))));
    expect(await Promise.all(steering)).toEqual(["done", "done"]);
    for (const { pollId } of polls) {
      expect(await store.read(pollId)).toMatchObject({
        control: { visibility: "hidden" },
        tally: { votes: [1, 0, 0], participantCount: 1 },
      });
    }
    await store.close();
  });
});

describe("embedded store, more polls than it keeps in memory", () => {
  const bench = new PollStoreBench(() => embeddedHarness({ keptPolls: 2 }));

  test("[V3] polls that fall out of memory are counted again from their ballots, and stay as new as they were", async () => {
    const openOne = () => bench.open({ settings: { allowChange: true } });
    const watched = await openOne();
    const polls = [watched, ...(await Promise.all(Array.from({ length: 5 }, openOne)))];
    const voter = newVoter();
    for (const [round, option] of [1, 2, 3].entries()) {
      bench.harness.clock.step?.(-1_000);
      const all = polls.flatMap(({ pollId }) => [
        bench.store.cast(ballotOf(pollId, voter, [option], round)),
        bench.store.cast(ballotOf(pollId, newVoter(), [1])),
      ]);
      await Promise.all(all);
      await bench.store.reportViewers(watched.pollId, "a", round + 1);
    }
    for (const { pollId } of polls) {
      expect(await bench.tally(pollId)).toEqual([[3, 0, 1], 4]);
      const versions = bench.harness.news.snapshotsOf(pollId).map(({ tally }) => tally.version);
      expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
      expect((await bench.read(pollId)).tally.version).toBeGreaterThanOrEqual(Math.max(...versions));
    }
    expect((await bench.read(watched.pollId)).tally.viewerCount).toBe(3);
  });
});

describe("embedded store, closing", () => {
  const bench = new PollStoreBench(() => embeddedHarness());

  test("[V2] closing commits what waits, and later ballots are asked to come again", async () => {
    const { pollId } = await bench.open();
    const { store } = bench;
    const waiting = store.cast(ballotOf(pollId, newVoter(), [1]));
    await store.close();
    await store.close();
    expect(repeated(await waiting)).toBe(false);
    expect(refusalOf(await store.cast(ballotOf(pollId, newVoter(), [1])))).toMatchObject({
      code: "UNAVAILABLE",
      retryAfterMs: expect.any(Number),
    });
    await bench.harness.reopen();
    expect(await bench.tally(pollId)).toEqual([[1, 0, 0], 1]);
  });

  test("[C4] of a removed poll the file keeps no text and no ballots, of a forgotten one no ballots", async () => {
    await using folder = await dataFolder();
    const store = openEmbeddedPollStore({
      directory: folder.directory,
      clock: () => NOON,
      tell: () => undefined,
    });
    const [removed, forgotten] = [definitionOf({ question: "Remove me?" }), definitionOf()];
    for (const definition of [removed, forgotten]) {
      await store.create(definition, openControl(definition), auditOf("created"));
      await store.cast(ballotOf(definition.pollId, newVoter(), [1]));
    }
    const [from, to] = [openControl(forgotten), closedControl(openControl(forgotten))];
    const change = { expectedSeq: from.seq, audit: auditOf("closed") };
    await store.steer({ ...change, pollId: removed.pollId, control: "removed" });
    await store.steer({ ...change, pollId: forgotten.pollId, control: to });
    expect(await store.forgetBallots(NOON + 1)).toBe(1);
    await store.close();
    using database = new Database(join(folder.directory, DATABASE_FILE), { readonly: true });
    expect(database.query("SELECT count(*) AS rows FROM ballots").get()).toEqual({ rows: 0 });
    expect(database.query("SELECT status FROM polls WHERE definition IS NULL").all()).toEqual([
      { status: "removed" },
    ]);
  });

  test("[S7] a closed store leaves one file that can be copied by itself", async () => {
    await using folder = await dataFolder();
    const store = openEmbeddedPollStore({
      directory: folder.directory,
      clock: Date.now,
      tell: () => undefined,
    });
    const definition = definitionOf();
    await store.create(definition, openControl(definition), auditOf("created"));
    expect(await readdir(folder.directory)).toContain(`${DATABASE_FILE}-wal`);
    await store.close();
    expect(await readdir(folder.directory)).toEqual([DATABASE_FILE]);
  });
});
