import type { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Ballot } from "../../server/app/ballot.ts";
import type { PollDefinition } from "../../server/app/poll.ts";
import { openDatabase } from "../../server/store/embedded/database.ts";
import { EmbeddedPollStore } from "../../server/store/embedded/embedded-poll-store.ts";
import { auditOf, ballotOf, definitionOf, NOON, newVoter, openControl } from "../support/fixtures.ts";
import { countByHand } from "./ballot-model.ts";
import { dataFolder } from "./embedded-harness.ts";
import { NewsLog } from "./news-log.ts";
import { refusalOf, repeated } from "./poll-store-harness.ts";

/** A disk that fails, made in the database itself: the store under test is the real one. */
class FailingDisk {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    database.exec("PRAGMA foreign_keys = ON");
    database.exec("CREATE TEMP TABLE nobody (id INTEGER PRIMARY KEY)");
    database.exec("CREATE TEMP TABLE broken (id REFERENCES nobody DEFERRABLE INITIALLY DEFERRED)");
  }

  /** Every statement succeeds, then `COMMIT` fails and leaves the transaction open. */
  failCommits(): void {
    this.#database.exec(
      "CREATE TEMP TRIGGER fail AFTER INSERT ON ballots BEGIN INSERT INTO broken VALUES (1); END",
    );
    this.#database.exec(
      "CREATE TEMP TRIGGER fail_control AFTER UPDATE ON polls BEGIN INSERT INTO broken VALUES (1); END",
    );
  }

  /** No page more than the file has now. */
  fillUp(): void {
    const size = this.#database.query<{ page_count: number }, []>("PRAGMA page_count").get()?.page_count;
    this.#database.exec(`PRAGMA max_page_count = ${size}`);
  }

  heal(): void {
    this.#database.exec("DROP TRIGGER IF EXISTS fail; DROP TRIGGER IF EXISTS fail_control");
    this.#database.exec("PRAGMA max_page_count = 1000000");
  }
}

let folder: Awaited<ReturnType<typeof dataFolder>>;
let disk: FailingDisk;
let store: EmbeddedPollStore;
let news: NewsLog;
let troubles: string[];

function open(): void {
  const database = openDatabase(folder.directory);
  disk = new FailingDisk(database);
  store = new EmbeddedPollStore(database, {
    clock: () => NOON,
    tell: (item) => news.tell(item),
    onTrouble: (message) => troubles.push(message),
  });
}

async function openPoll(): Promise<PollDefinition> {
  const definition = definitionOf({ settings: { allowChange: true } });
  await store.create(definition, openControl(definition), auditOf("created"));
  return definition;
}

const castAll = (ballots: readonly Ballot[]) => Promise.all(ballots.map((ballot) => store.cast(ballot)));

describe("embedded store, failing disk", () => {
  beforeEach(async () => {
    folder = await dataFolder();
    news = new NewsLog();
    troubles = [];
    open();
  });
  afterEach(async () => {
    await store.close();
    await folder[Symbol.asyncDispose]();
  });

  test("[V5] a failed commit counts nothing, refuses its whole batch with UNAVAILABLE, and the store goes on", async () => {
    const { pollId } = await openPoll();
    const changer = newVoter();
    await store.cast(ballotOf(pollId, changer, [1], 1));
    const told = news.of(pollId).length;
    const ballots = [
      ballotOf(pollId, changer, [2], 2),
      ballotOf(pollId, newVoter(), [3]),
      ballotOf(pollId, newVoter(), [9]),
    ];
    disk.failCommits();
    for (const outcome of await castAll(ballots)) {
      expect(refusalOf(outcome)).toMatchObject({
        code: "UNAVAILABLE",
        pollId,
        retryAfterMs: expect.any(Number),
      });
    }
    expect((await store.read(pollId))?.tally).toMatchObject({ votes: [1, 0, 0], participantCount: 1 });
    expect((await store.choicesOf(pollId, [changer]))[0]?.revision).toBe(1);
    expect(news.of(pollId)).toHaveLength(told);
    expect(troubles).toHaveLength(1);
    disk.heal();
    const outcomes = await castAll(ballots);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["accepted", "accepted", "refused"]);
    expect((await store.read(pollId))?.tally).toMatchObject({ votes: [0, 1, 1], participantCount: 2 });
  });

  test("[V5] on a full disk ballots are refused and polls stay readable; with room again they count once", async () => {
    const { pollId } = await openPoll();
    disk.fillUp();
    const ballots = Array.from({ length: 500 }, () => ballotOf(pollId, newVoter(), [2]));
    const full = await castAll(ballots);
    expect(new Set(full.map((outcome) => refusalOf(outcome).code))).toEqual(new Set(["UNAVAILABLE"]));
    expect((await store.read(pollId))?.tally.participantCount).toBe(0);
    disk.heal();
    expect((await castAll(ballots)).every((outcome) => !repeated(outcome))).toBe(true);
    expect((await castAll(ballots)).every((outcome) => repeated(outcome))).toBe(true);
    expect((await store.read(pollId))?.tally).toMatchObject({ votes: [0, 500, 0], participantCount: 500 });
  });

  test("[C2] a change of control that could not be committed has not happened, and nobody was told", async () => {
    const { pollId } = await openPoll();
    const control = (await store.read(pollId))?.control;
    if (!control) throw new Error("The poll is not there.");
    const hidden = { ...control, visibility: "hidden", seq: control.seq + 1 } as const;
    const change = {
      pollId,
      expectedSeq: control.seq,
      control: hidden,
      event: "hidden",
      audit: auditOf("hidden"),
    } as const;
    disk.failCommits();
    await expect(store.steer(change)).rejects.toThrow("constraint");
    expect((await store.read(pollId))?.control).toEqual(control);
    expect(news.of(pollId)).toEqual([]);
    disk.heal();
    expect(await store.steer(change)).toBe("done");
    expect((await store.audit(pollId)).map(({ action }) => action)).toEqual(["created", "hidden"]);
  });

  test("[V5] whatever fails between, a ballot counts once from when it is acknowledged, and not before", async () => {
    const cast = fc.record({ voter: fc.nat(3), option: fc.integer({ min: 1, max: 3 }), revision: fc.nat(4) });
    const batch = fc.record({
      fails: fc.boolean(),
      restarts: fc.boolean(),
      casts: fc.array(cast, { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 6 }), async (batches) => {
        const { pollId, options } = await openPoll();
        const voters = Array.from({ length: 4 }, newVoter);
        for (const { fails, restarts, casts } of batches) {
          const before = await store.choicesOf(pollId, voters);
          if (fails) disk.failCommits();
          const outcomes = await castAll(
            casts.map(({ voter, option, revision }) =>
              ballotOf(pollId, voters[voter] ?? newVoter(), [option], revision),
            ),
          );
          if (fails) disk.heal();
          if (restarts) {
            await store.close();
            open();
          }
          const after = await store.choicesOf(pollId, voters);
          if (
            outcomes.some((outcome) => outcome.kind === "refused" && outcome.refusal.code === "UNAVAILABLE")
          ) {
            expect(after).toEqual(before);
          }
          const [votes, participantCount] = countByHand(options, after);
          expect((await store.read(pollId))?.tally).toMatchObject({ votes, participantCount });
        }
      }),
      { numRuns: 40 },
    );
  });

  test("[S7] a listener that fails harms neither the voter nor the store", async () => {
    const { pollId } = await openPoll();
    news = Object.assign(new NewsLog(), {
      tell: () => {
        throw new Error("no ears");
      },
    });
    expect(repeated(await store.cast(ballotOf(pollId, newVoter(), [1])))).toBe(false);
    expect(troubles).toHaveLength(1);
    expect((await store.read(pollId))?.tally.participantCount).toBe(1);
  });
});
