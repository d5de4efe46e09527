import { expect, test } from "bun:test";
import { mergeInto, type RegisteredBallot } from "../../server/app/register.ts";
import { newPollId } from "../../shared/ids.ts";
import { ballotOf, newVoter, options } from "../support/fixtures.ts";
import { waitFor } from "../support/wait-for.ts";
import { ballot, closed, judged, PollKeysThere, stepped } from "./redis-tier-bench.ts";
import type { TierStage } from "./redis-tier-stage.ts";

/** Ballots: cast, in the outbox, drained, merged. */
export function tierBallotRules(stage: TierStage): void {
  const bench = () => stage.bench;

  test("[K30] a new poll is trusted at once; made again nothing changes", async () => {
    const told = await bench().open();
    const { pollId } = told.definition;
    await bench().vote(pollId, 2);
    expect(await bench().tier.create({ ...told, epoch: 9 })).toBe("created");
    const { poll, settled } = await bench().view(pollId);
    expect(poll).toMatchObject({ definition: told.definition, control: told.control });
    expect(poll.tally).toMatchObject({ epoch: 1, votes: [0, 1, 0], participantCount: 1, final: false });
    expect(settled).toBe(false);
  });

  test("[K31] what counts is in the outbox by the same step; repeats and refusals make no entry", async () => {
    const { definition } = await bench().open({ settings: { allowChange: true } });
    const { pollId } = definition;
    const [voter, other] = [newVoter(), newVoter()];
    const cast = async (...parts: Parameters<typeof ballotOf>) =>
      judged(await bench().tier.cast(ballotOf(...parts)));
    const counted = await cast(pollId, voter, [1], 5);
    const repeated = await cast(pollId, voter, [1], 4);
    const refused = await cast(pollId, voter, [2], 3);
    const advanced = await cast(pollId, voter, [1], 7);
    const unknown = await cast(pollId, other, [9]);
    expect(counted).toMatchObject({ standing: ballot(voter, 5, "opt-1"), entry: expect.any(String) });
    expect(counted.outcome).toMatchObject({ kind: "accepted", repeated: false, durability: "replicated" });
    expect(repeated).toMatchObject({ standing: ballot(voter, 5, "opt-1"), entry: null });
    expect(repeated.outcome).toMatchObject({ repeated: true, choice: { revision: 4 } });
    expect(refused).toMatchObject({ outcome: { refusal: { code: "ALREADY_VOTED" } }, entry: null });
    expect(advanced).toMatchObject({ standing: ballot(voter, 7, "opt-1"), entry: expect.any(String) });
    expect(unknown).toMatchObject({
      outcome: { refusal: { code: "UNKNOWN_OPTION" } },
      standing: null,
      entry: null,
    });
    expect(await bench().tier.pending(pollId, 10)).toEqual([
      { entry: counted.entry ?? "", ballots: [ballot(voter, 5, "opt-1")] },
      { entry: advanced.entry ?? "", ballots: [ballot(voter, 7, "opt-1")] },
    ]);
  });

  test("[K31] many ballots at once: the outbox holds exactly the ballots that stand", async () => {
    const { definition } = await bench().open();
    const cast = await bench().vote(
      definition.pollId,
      ...Array.from({ length: 600 }, (_, index) => (index % 3) + 1),
    );
    const pending = await bench().tier.pending(definition.pollId, 100);
    expect(pending.length).toBeLessThan(cast.length / 10);
    const inOutbox = mergeInto(
      new Map(),
      pending.flatMap(({ ballots }) => ballots),
    );
    expect(inOutbox).toEqual(new Map(cast.map((standing) => [standing.voter, standing])));
    expect(await bench().ballots(definition.pollId)).toEqual(inOutbox);
    const { poll, outboxLength, outboxAgeMs } = await bench().view(definition.pollId);
    expect(poll.tally.votes).toEqual([200, 200, 200]);
    expect(outboxLength).toBe(pending.length);
    expect(outboxAgeMs).toBeWithin(0, 60_000);
  });

  test("[K32] drained entries go, and those that were not there are named", async () => {
    const { definition } = await bench().open();
    const { pollId } = definition;
    await bench().vote(pollId, 1);
    await bench().vote(pollId, 2);
    const [first, second] = await bench().tier.pending(pollId, 10);
    if (!first || !second) throw new Error("Two entries were made.");
    expect(await bench().tier.drained(pollId, ["1-1", first.entry])).toEqual(["1-1"]);
    expect(await bench().tier.drained(pollId, [first.entry])).toEqual([first.entry]);
    expect(await bench().tier.pending(pollId, 10)).toEqual([second]);
    expect(await bench().tier.drained(newPollId(), [first.entry])).toBe("cold");
  });

  test("[K32] the outbox does not expire while it has entries; all else of a poll does", async () => {
    const told = await bench().open();
    const { pollId } = told.definition;
    const there = await PollKeysThere.of(stage.cluster, pollId);
    const ttl = (key: keyof typeof there.keys) => there.master.redis.ttl(there.keys[key]);
    await bench().vote(pollId, 1);
    await bench().tier.reportViewers(pollId, "node-1", 3, [newVoter()]);
    await bench().tier.steer(stepped(told, { visibility: "hidden" }), "hidden");
    expect(await ttl("outbox")).toBe(-1);
    for (const key of ["poll", "state", "votes", "participants", "ballots", "viewers", "joined"] as const) {
      expect(await ttl(key)).toBeGreaterThan(80_000);
    }
    const [entry] = await bench().tier.pending(pollId, 1);
    await bench().tier.drained(pollId, [entry?.entry ?? ""]);
    expect(await ttl("outbox")).toBeGreaterThan(80_000);
    await bench().vote(pollId, 1);
    expect(await ttl("outbox")).toBe(-1);
  });

  test("[V1] merged in any order, and again, the same ballots stand: by revision, then by choice", async () => {
    const voters = [newVoter(), newVoter(), newVoter()];
    const rivals = voters.flatMap((voter) => [
      ballot(voter, 3, "opt-1"),
      ballot(voter, 7, "opt-1,opt-3"),
      ballot(voter, 7, "opt-1,opt-2"),
      ballot(voter, 7, "opt-10"),
      ballot(voter, 5, "opt-2"),
    ]);
    const expected = mergeInto(new Map(), rivals);
    const orders = [rivals, rivals.toReversed(), rivals.toSorted((a, b) => a.choice.localeCompare(b.choice))];
    for (const order of orders) {
      const { definition } = await bench().open({ kind: "multiple", optionCount: 12 });
      const { pollId } = definition;
      for (const one of order) expect(await bench().tier.merge(pollId, [one])).toBe("done");
      expect(await bench().tier.merge(pollId, order)).toBe("done");
      expect(await bench().ballots(pollId)).toEqual(expected);
      await stage.votesMatchBallots(pollId);
    }
  });

  test("[V3] thousands of merged ballots: votes and participants are those of the ballots", async () => {
    const { definition } = await bench().open();
    const some = Array.from({ length: 5_000 }, (_, index) => ballot(newVoter(), 1, `opt-${(index % 3) + 1}`));
    const changed: RegisteredBallot[] = some.slice(0, 2_000).map(({ voter }) => ballot(voter, 2, "opt-2"));
    expect(await bench().tier.merge(definition.pollId, [...some, ...changed])).toBe("done");
    expect(await stage.votesMatchBallots(definition.pollId)).toMatchObject({ participants: 5_000 });
  });

  test("[K33] merging asks for a state to be trusted, and leaves a closed poll as it is", async () => {
    const one = [ballot(newVoter(), 1, "opt-1")];
    const told = await bench().open();
    expect(await bench().tier.merge(newPollId(), one)).toBe("cold");
    const { pollId } = told.definition;
    await bench().tier.fence(closed(told), "closed");
    expect(await bench().tier.merge(pollId, one)).toBe("done");
    expect(await bench().ballots(pollId)).toEqual(new Map());
  });

  test("[K5] viewers are told and shown, and choices read", async () => {
    const { definition } = await bench().open();
    const { pollId } = definition;
    const following = await bench().follow(pollId);
    await bench().tier.reportViewers(pollId, "node-1", 4);
    await waitFor("the viewers", () => following.news.some((message) => message.includes('"viewerCount":4')));
    following.stop();
    const [standing] = await bench().vote(pollId, 3);
    expect(await bench().tier.choicesOf(pollId, [standing?.voter ?? newVoter(), newVoter()])).toEqual([
      { optionIds: options(3), revision: 1 },
      null,
    ]);
    await bench().tier.reportViewers(newPollId(), "node-1", 4);
  });
}
