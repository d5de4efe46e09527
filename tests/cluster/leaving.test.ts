/** What ends: a poll by its time, a node by its operator or by an accident. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { newVisitor, Phone } from "../support/phone.ts";
import { type MadePoll, makePoll, removePoll, viewPoll } from "../support/poll-calls.ts";
import { isPollRead, RedisMonitor } from "../support/redis-monitor.ts";
import { startCluster, type TestCluster, wsUrlOf } from "../support/start-cluster.ts";
import { readStoredPoll, tallyTrouble } from "../support/stored-poll.ts";
import { waitFor } from "../support/wait-for.ts";
import { connect } from "../support/ws-client.ts";

/** The shortest time that a poll may be open. */
const SHORTEST = { durationSeconds: 10 };
/** That time, the grace of a second and the slowness of this machine (ms). */
const END_MS = 15_000;

let cluster: TestCluster;
/** Origins of the three nodes. */
let [one, two, three] = ["", "", ""];

beforeAll(async () => {
  cluster = await startCluster();
  [one = "", two = "", three = ""] = cluster.nodes.map((node) => node.origin);
}, 30_000);

afterAll(() => cluster?.stop());

async function phoneAt(origin: string, { pollId }: MadePoll): Promise<Phone> {
  const visitor = await newVisitor(origin);
  const view = await viewPoll(origin, pollId, { Cookie: visitor.cookie });
  const phone = new Phone({ origin, visitor, view });
  await waitFor("the phone to be live", () => phone.isLive);
  return phone;
}

test("[K7][P5] a poll ends by itself on every node, also one whose maker is gone; one that was removed stays gone", async () => {
  const maker = await cluster.addNode("maker");
  const [watched, alone, removed] = await Promise.all([
    makePoll(maker.origin, SHORTEST),
    makePoll(maker.origin, SHORTEST),
    makePoll(maker.origin, SHORTEST),
  ]);
  const kept = await makePoll(one, SHORTEST);
  const phones = await Promise.all([one, two, three].map((origin) => phoneAt(origin, watched)));
  await Promise.all(phones.map((phone, index) => phone.cast(`opt-${index + 1}`)));
  await phoneAt(two, kept).then((phone) => phone.close());
  await removePoll(three, kept);
  await removePoll(three, removed);
  await maker.kill9();
  for (const phone of phones) {
    const ended = () => phone.results.final && phone.state.poll.status === "closed";
    await waitFor("the end to be shown", ended, END_MS);
    expect(phone.results.results?.map(({ votes }) => votes)).toEqual([1, 1, 1]);
  }
  // Nobody has looked at this one since it was made: whoever looks first finds it closed a moment later.
  await waitFor(
    "a node to close it",
    async () => (await viewPoll(two, alone.pollId)).poll.status === "closed",
  );
  const late = await connect(wsUrlOf(three), await newVisitor(three));
  expect(
    await late.request({ type: "CAST_VOTE", data: { pollId: alone.pollId, optionId: "opt-1" } }),
  ).toMatchObject({ data: { code: "POLL_CLOSED" } });
  for (const poll of [removed, kept]) {
    expect(await readStoredPoll(cluster.redis, poll.pollId)).toBeNull();
    await expect(viewPoll(one, poll.pollId)).rejects.toThrow("POLL_NOT_FOUND");
  }
  await expectUnread(kept, watched);
  await late.close();
  for (const phone of phones) phone.close();
}, 40_000);

/** A poll that is gone is not looked for again and again by the node that made it. */
async function expectUnread({ pollId }: MadePoll, live: MadePoll): Promise<void> {
  const keyOf = (id: string) => `poll:{${id}}`;
  const masters = await Promise.all([pollId, live.pollId].map((id) => cluster.redis.masterOf(keyOf(id))));
  const [gone, other] = await Promise.all(masters.map((master) => master && RedisMonitor.start(master)));
  await waitFor("the nodes to look after the others", async () => {
    const commands = (await other?.commands()) ?? [];
    return commands.filter((command) => isPollRead(command, live.pollId)).length >= 3;
  });
  const commands = (await gone?.commands()) ?? [];
  expect(commands.filter((command) => isPollRead(command, pollId))).toEqual([]);
  await Promise.all([gone, other].map((monitor) => monitor?.[Symbol.asyncDispose]()));
}

test("[K8][S6][R5] a node drains while people vote: they move to the others by themselves, and no ballot is lost", async () => {
  await using own = await startCluster();
  const poll = await makePoll(own.origin);
  const phones = await Promise.all(Array.from({ length: 90 }, () => phoneAt(own.origin, poll)));
  const leaving = own.nodes[1];
  if (!leaving) throw new Error("There is no second node.");
  const moving = phones.filter((phone) => phone.nodes.at(-1) === leaving.name);
  expect(moving.length).toBeGreaterThan(10);
  let stop = false;
  const voting = phones.map(async (phone) => {
    for (let turn = 0; !stop; turn++) await phone.cast(`opt-${(turn % 3) + 1}`);
  });
  await waitFor("votes to flow", () => phones.every((phone) => phone.casts.length > 3));
  expect(await leaving.drain()).toBe(0);
  for (const phone of moving) {
    await waitFor("everybody to be back", () => phone.isLive && phone.nodes.at(-1) !== leaving.name);
  }
  stop = true;
  await Promise.all(voting);
  const stored = await readStoredPoll(own.redis, poll.pollId);
  if (!stored) throw new Error("Redis does not have the poll.");
  expect(tallyTrouble(stored)).toEqual([]);
  for (const { visitor, casts, turnedBack } of phones) {
    const last = casts.at(-1);
    expect(casts.filter(({ answer }) => !answer?.accepted)).toEqual([]);
    expect(stored.ballots.get(visitor.voter)?.choice).toBe(last?.choice);
    expect(turnedBack).toEqual([]);
  }
  const votes = [...stored.votes.values()];
  for (const phone of phones) {
    await waitFor("all to see the same", () =>
      Bun.deepEquals(
        phone.results.results?.map((share) => share.votes),
        votes,
      ),
    );
    phone.close();
  }
}, 40_000);
