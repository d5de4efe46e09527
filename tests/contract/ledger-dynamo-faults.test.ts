/** DynamoDB on a bad day: throttled, cut off in the middle, never answering. */
import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { Outage } from "../../server/app/outage.ts";
import { draftControl } from "../../server/app/poll.ts";
import { connectDynamo } from "../../server/store/dynamo/connect-dynamo.ts";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { ballotShard, type Meta } from "../../server/store/tiers/ledger.ts";
import { startDynamo } from "../support/dynalite.ts";
import { auditOf, definitionOf, openControl } from "../support/fixtures.ts";
import { errorAnswer, type Fate, ScriptedDynamo } from "../support/scripted-dynamo.ts";
import { inTime, waitFor } from "../support/wait-for.ts";
import { registered } from "./ledger-bench.ts";

/** Longer than a slow machine needs for what is answered, however often. */
const PATIENT = { attemptMs: 1_000, deadlineMs: 10_000 };
const FINAL = {
  epoch: 1,
  version: 1,
  votes: [1],
  participantCount: 1,
  checksum: "c",
  generation: "g",
};

const dynamo = await startDynamo();
afterAll(() => dynamo[Symbol.asyncDispose]());

let way: ScriptedDynamo;
const ledgers: DynamoLedger[] = [];
beforeEach(async () => {
  way = await ScriptedDynamo.start(dynamo.endpoint);
});
afterEach(async () => {
  for (const ledger of ledgers.splice(0)) await ledger.close();
  await way[Symbol.asyncDispose]();
});

function openLedger(options: Partial<ConstructorParameters<typeof DynamoLedger>[0]> = {}): DynamoLedger {
  const settings = { ...dynamo.settings, endpoint: way.endpoint };
  const ledger = new DynamoLedger({ settings, ballotRetentionDays: 30, ...options });
  ledgers.push(ledger);
  return ledger;
}

async function openPoll(ledger: DynamoLedger): Promise<Meta> {
  const definition = definitionOf();
  const control = openControl(definition, Date.now());
  await ledger.create({ definition, control, inRedis: false }, auditOf("created"));
  const meta = await ledger.meta(definition.pollId);
  if (meta === null || meta === "removed") throw new Error("there is no such poll");
  return meta;
}

/** The first of each operation meets this fate, and so does every one whose turn is not yet over. */
function firstOnes(count: number, fate: Fate): void {
  const seen = new Map<string, number>();
  way.fate = ({ operation }) => {
    const turn = (seen.get(operation) ?? 0) + 1;
    seen.set(operation, turn);
    return turn <= count ? fate : "pass";
  };
}

async function outageOf(asked: Promise<unknown>): Promise<Outage> {
  const trouble = await inTime(
    "an outage",
    asked.then(() => null).catch((error: unknown) => error),
  );
  if (trouble instanceof Outage) return trouble;
  throw new Error("no outage", { cause: trouble });
}

async function allBallots(ledger: DynamoLedger, meta: Meta) {
  const shards = Array.from({ length: meta.shards }, (_, shard) => ledger.ballots(meta, shard));
  return (await Promise.all(shards)).flat();
}

const THROTTLES = ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"];
const PASSING: readonly [string, Fate][] = [
  ...THROTTLES.map((type): [string, Fate] => [type, errorAnswer(type)]),
  ["a 500", errorAnswer("InternalServerError", "?", 500)],
  ["a 503", { status: 503, body: {} }],
  ["a reset", "cut"],
];

test.each(PASSING)("[K62] %s is waited out", async (_, fate) => {
  const ledger = openLedger({ times: PATIENT });
  const meta = await openPoll(ledger);
  const ballot = registered();
  const before = way.countOf("PutItem");
  firstOnes(3, fate);
  expect(await ledger.put(meta, ballot, null)).toBe("put");
  expect(way.countOf("PutItem") - before).toBe(4);
  expect(await allBallots(ledger, meta)).toEqual([ballot]);
});

test("[K62] the rest of a batch that was put back is sent again, and that only", async () => {
  const ledger = openLedger({ times: PATIENT });
  const meta = await openPoll(ledger);
  const ballots = Array.from({ length: 50 }, () => registered());
  const sizes: number[] = [];
  way.fate = ({ operation, body, before }) => {
    if (operation !== "BatchWriteItem") return "pass";
    const { RequestItems } = body as { RequestItems: Record<string, unknown[]> };
    const items = RequestItems[dynamo.settings.table] ?? [];
    sizes.push(items.length);
    if (before > 1) return "pass";
    // All but three were done, as far as whoever asked can tell.
    return { status: 200, body: { UnprocessedItems: { [dynamo.settings.table]: items.slice(-3) } } };
  };
  await ledger.append(meta, "pack", ballots);
  const shards = new Set(ballots.map(({ voter }) => ballotShard(voter, meta.shards)));
  expect(sizes).toEqual([shards.size, 3, 3]);
  expect((await allBallots(ledger, meta)).length).toBeGreaterThan(0);
});

test("[K62] throttling without end is an outage in time, with pauses that grow", async () => {
  const ledger = openLedger();
  way.fate = () => errorAnswer("ThrottlingException");
  const startedAt = performance.now();
  const outage = await outageOf(ledger.probe("a"));
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(outage.retryAfterMs).toBeGreaterThan(0);
  // Full pauses would be 25, 50, 100, 200 … within 800 ms; random ones are half of that.
  expect(way.countOf("PutItem")).toBeWithin(3, 25);
});

test("[K62] what will not pass is not tried again", async () => {
  const ledger = openLedger();
  for (const type of ["ResourceNotFoundException", "AccessDeniedException", "ValidationException"]) {
    way.requests.length = 0;
    way.fate = () => errorAnswer(type);
    await outageOf(ledger.putMark({ pollId: definitionOf().pollId, mark: "a/1" }));
    expect(way.requests).toHaveLength(1);
  }
});

test("[K63] a server that is not there is an outage at once", async () => {
  const settings = { ...dynamo.settings, endpoint: "http://127.0.0.1:1" };
  const startedAt = performance.now();
  await outageOf(openLedger({ settings }).probe("a"));
  expect(performance.now() - startedAt).toBeLessThan(700);
});

test.each(["swallow", "stall"] as const)(
  "[K63] a request that meets a %s ends within its time, and with it its connection",
  async (fate) => {
    const ledger = openLedger();
    way.fate = () => fate;
    const startedAt = performance.now();
    await Promise.all([
      outageOf(ledger.probe("a")),
      outageOf(ledger.beat("run", false)),
      outageOf(ledger.openPartition(0)),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await waitFor("all connections are closed", () => way.openConnections === 0);
  },
);

test.each(["cut", "mute"] as const)(
  "[K64] what was done but its answer %s is answered as if it had been heard",
  async (fate) => {
    const ledger = openLedger({ times: { attemptMs: 120, deadlineMs: 10_000 } });
    const definition = definitionOf();
    const { pollId } = definition;
    const lost = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
      const before = way.requests.length;
      firstOnes(1, fate);
      const answer = await call();
      expect(way.requests.length - before).toBeGreaterThan(1);
      return answer;
    };
    const draft = { definition, control: draftControl(definition.settings), inRedis: false };
    expect(await lost(() => ledger.create(draft, auditOf("created")))).toBe("created");
    const control = openControl(definition, Date.now());
    const open = { id: "open", pollId, expectedSeq: 1, control, audit: auditOf("opened") };
    expect(await lost(() => ledger.steer(open))).toBe("done");
    expect(await lost(() => ledger.claimEpoch(pollId))).toBe(3);
    const meta = await ledger.meta(pollId);
    if (meta === null || meta === "removed") throw new Error("there is no such poll");
    const ballot = registered();
    const newer = { ...ballot, revision: 2 };
    expect(await lost(() => ledger.put(meta, ballot, null))).toBe("put");
    expect(await lost(() => ledger.put(meta, newer, ballot))).toBe("put");
    await lost(() => ledger.append(meta, "pack", [newer]));
    expect(await allBallots(ledger, meta)).toEqual([newer]);
    const { checksum: _, generation: __, ...tally } = FINAL;
    expect(await lost(() => ledger.putTally(pollId, tally, 0))).toBe(true);
    expect(await lost(() => ledger.putFinal(pollId, FINAL))).toEqual(FINAL);
    expect(await lost(() => ledger.beat(`run ${pollId}`, true))).toBe(true);
    const beat = (await ledger.beats([`run ${pollId}`])).get(`run ${pollId}`) ?? 0;
    expect(await lost(() => ledger.bury(`run ${pollId}`, beat))).toBe(true);
    const gone = { id: "gone", pollId, expectedSeq: control.seq, audit: auditOf("removed") };
    expect(await lost(() => ledger.steer({ ...gone, control: "removed" }))).toBe("done");
  },
);

test("[K64] attempts that the network kept back and delivers late change nothing", async () => {
  const ledger = openLedger({ times: PATIENT });
  const meta = await openPoll(ledger);
  const { control, definition } = meta;
  const { pollId } = definition;
  const first = registered(1);
  const second = { ...first, revision: 2 };
  await ledger.put(meta, first, null);
  await ledger.put(meta, second, first);
  const hidden = { ...control, visibility: "hidden", seq: control.seq + 1 } as const;
  const hide = { id: "hide", pollId, expectedSeq: control.seq, control: hidden, audit: auditOf("hidden") };
  await ledger.steer(hide);
  const shown = { ...hidden, visibility: "live", seq: hidden.seq + 1 } as const;
  await ledger.steer({ ...hide, id: "show", expectedSeq: hidden.seq, control: shown });
  await ledger.putFinal(pollId, FINAL);
  const before = [await ledger.record(pollId), await allBallots(ledger, meta)];
  const sent = way.requests.filter(({ operation, body }) =>
    operation === "PutItem" ? JSON.stringify(body).includes("Condition") : operation === "UpdateItem",
  );
  // META and OPEN made, two ballots, FINAL; two steps.
  expect(sent).toHaveLength(7);
  const client = connectDynamo(dynamo.settings, PATIENT.attemptMs);
  for (const { operation, body } of sent) {
    const again =
      operation === "PutItem"
        ? client.send(new PutItemCommand(body as unknown as PutItemCommandInput)) // it was one
        : client.send(new UpdateItemCommand(body as unknown as UpdateItemCommandInput));
    const refused = await again.then(() => null).catch((trouble: unknown) => trouble);
    expect(refused).toBeInstanceOf(ConditionalCheckFailedException);
  }
  client.destroy();
  expect([await ledger.record(pollId), await allBallots(ledger, meta)]).toEqual(before);
});

test("[K66] an outage names no voter and no ballot, whatever DynamoDB says", async () => {
  const ledger = openLedger();
  const meta = await openPoll(ledger);
  const ballot = { ...registered(7_777_777), choice: "opt-13" };
  for (const type of ["ValidationException", "SerializationException", "InternalServerError"]) {
    way.fate = ({ body }) => errorAnswer(type, type === "InternalServerError" ? "?" : JSON.stringify(body));
    const outage = await outageOf(ledger.put(meta, ballot, null));
    const said = Bun.inspect(outage, { depth: 10 }) + JSON.stringify(outage);
    expect(said).toContain(type);
    for (const secret of [ballot.voter, ballot.choice, `${ballot.revision}`])
      expect(said).not.toContain(secret);
  }
});

test("[K67] a burst of ballots takes its turns, and a beat does not wait behind it", async () => {
  const ledger = openLedger({ times: { attemptMs: 10_000, deadlineMs: 20_000 } });
  const meta = await openPoll(ledger);
  await ledger.beat("burst", true);
  let ended = 0;
  const puts = Array.from({ length: 600 }, () =>
    ledger.put(meta, registered(), null).finally(() => {
      ended += 1;
    }),
  );
  expect(await ledger.beat("burst", false)).toBe(true);
  expect(ended).toBeLessThan(puts.length);
  expect(new Set(await Promise.all(puts))).toEqual(new Set(["put"]));
  expect(way.mostAtOnce).toBeWithin(32, 66);
  expect(way.openConnections).toBeLessThan(130);
});

test("[K67] whoever waits too long for a turn gives up without having been sent", async () => {
  const ledger = openLedger();
  const meta = await openPoll(ledger);
  const before = way.countOf("PutItem");
  way.fate = () => "swallow";
  const outages = await Promise.all(
    Array.from({ length: 300 }, () => outageOf(ledger.put(meta, registered(), null))),
  );
  expect(outages).toHaveLength(300);
  // A turn is taken about twice within the 0.8 s, and a busy machine is late to end one; most must never have had any.
  expect(way.countOf("PutItem") - before).toBeLessThan(300);
});
