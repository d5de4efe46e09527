import { expect, test } from "bun:test";
import { newPollId } from "../../shared/ids.ts";
import { ballotOf, newVoter } from "../support/fixtures.ts";
import { waitFor } from "../support/wait-for.ts";
import { ballot, closed, judged, PollKeysThere, stepped } from "./redis-tier-bench.ts";
import type { TierStage } from "./redis-tier-stage.ts";

/** What host and clock do, the end, and what is settled. */
export function tierControlRules(stage: TierStage): void {
  const bench = () => stage.bench;

  test("[K34] only a newer control or epoch is taken, and told once", async () => {
    const told = await bench().open();
    const { pollId } = told.definition;
    const following = await bench().follow(pollId);
    const hidden = stepped(told, { visibility: "hidden" }, 3);
    expect(await bench().tier.steer(hidden, "hidden")).toBe("done");
    expect(await bench().tier.steer(hidden, "hidden")).toBe("done");
    expect(await bench().tier.steer({ ...told, epoch: 2 }, "opened")).toBe("done");
    const { poll } = await bench().view(pollId);
    expect(poll.control).toEqual(hidden.control);
    expect(poll.tally.epoch).toBe(3);
    expect(await bench().tier.steer({ ...told, epoch: 8 })).toBe("done");
    expect((await bench().view(pollId)).poll).toMatchObject({ control: hidden.control, tally: { epoch: 8 } });
    await waitFor("the news", () => following.news.some((message) => message.includes('"epoch":8')));
    following.stop();
    expect(following.news.filter((message) => !message.startsWith("{"))).toEqual(["hidden"]);
    expect(
      await bench().tier.steer({ ...told, definition: { ...told.definition, pollId: newPollId() } }),
    ).toBe("cold");
  });

  test("[K34] the text is rewritten while the poll is a draft, and not after", async () => {
    const draft = { status: "draft", openedAt: null, closesAt: null } as const;
    const told = await bench().open({ settings: { allowChange: false } }, draft);
    const { pollId } = told.definition;
    const shorter = {
      ...told.definition,
      question: "Shorter?",
      options: told.definition.options.slice(0, 2),
    };
    const rewritten = { ...stepped(told, {}), definition: shorter };
    expect(await bench().tier.steer(rewritten)).toBe("done");
    expect(await bench().tier.steer(told)).toBe("done");
    expect((await bench().view(pollId)).poll).toMatchObject({
      definition: shorter,
      tally: { votes: [0, 0] },
    });
    const opened = stepped(rewritten, {
      status: "open",
      openedAt: Date.now(),
      closesAt: Date.now() + 60_000,
    });
    await bench().tier.steer(opened, "opened");
    await bench().vote(pollId, 2);
    await bench().tier.steer(
      { ...stepped(opened, { visibility: "hidden" }), definition: told.definition },
      "hidden",
    );
    expect((await bench().view(pollId)).poll).toMatchObject({
      definition: shorter,
      tally: { votes: [0, 1] },
    });
  });

  test("[K35] the fence ends the counting and answers the outbox, the oldest entries first", async () => {
    const told = await bench().open();
    const { pollId } = told.definition;
    const standing = [...(await bench().vote(pollId, 1)), ...(await bench().vote(pollId, 2))];
    const following = await bench().follow(pollId);
    const fenced = await bench().tier.fence(closed(told), "closed");
    if (fenced === "removed") throw new Error("The poll is there.");
    expect(fenced.whole).toBe(true);
    expect(fenced.outbox.flatMap(({ ballots }) => ballots)).toEqual(standing);
    expect(
      await bench().tier.drained(
        pollId,
        fenced.outbox.map(({ entry }) => entry),
      ),
    ).toEqual([]);
    expect(await bench().tier.fence(closed(told))).toEqual({ whole: true, outbox: [] });
    const late = judged(await bench().tier.cast(ballotOf(pollId, newVoter(), [1])));
    expect(late.outcome).toMatchObject({ refusal: { code: "POLL_CLOSED" } });
    const { poll, settled } = await bench().view(pollId);
    expect(poll).toMatchObject({ control: { status: "closed" }, tally: { final: false, votes: [1, 1, 0] } });
    expect(settled).toBe(false);
    await waitFor("the end to be told", () => following.news.includes("closed"));
    following.stop();
  });

  test("[K35] the fence takes the token from whoever makes the state whole, also where there was none", async () => {
    const { definition, control } = await bench().open();
    const told = { definition: { ...definition, pollId: newPollId() }, control, epoch: 1 };
    const { pollId } = told.definition;
    await bench().reaches(pollId);
    expect(await bench().tier.begin(pollId, "a", false)).toBe("begun");
    expect(await bench().tier.fence(closed(told))).toEqual({ whole: false, outbox: [] });
    expect(await bench().tier.bring(pollId, "a", [ballot(newVoter(), 1, "opt-1")])).toBe("lost");
    expect(await bench().tier.finish(told, "a")).toBe("lost");
    expect(await bench().tier.begin(pollId, "b", false)).toBe("ended");
    const nowhere = { ...told, definition: { ...definition, pollId: newPollId() } };
    expect(await bench().tier.fence(closed(nowhere))).toEqual({ whole: false, outbox: [] });
    expect(await bench().tier.begin(nowhere.definition.pollId, "b", false)).toBe("ended");
    expect(await bench().tier.read(nowhere.definition.pollId)).toBe("cold");
  });

  test("[V6] a removed poll stays gone, whatever comes late", async () => {
    const told = await bench().open();
    const { pollId } = told.definition;
    await bench().vote(pollId, 1);
    await bench().tier.reportViewers(pollId, "node-1", 1, [newVoter()]);
    const there = await PollKeysThere.of(stage.cluster, pollId);
    const isTold = async () => (await there.state("published")) === (await there.state("version"));
    await waitFor("all that was before to be told", isTold);
    const following = await bench().follow(pollId);
    await bench().tier.drop(pollId);
    await bench().tier.drop(pollId);
    await waitFor("the removal to be told", () => following.news.includes("removed"));
    following.stop();
    const late = [
      await bench().tier.create(told),
      await bench().tier.steer(closed(told), "closed"),
      await bench().tier.fence(closed(told), "closed"),
      await bench().tier.drained(pollId, ["1-1"]),
      await bench().tier.merge(pollId, [ballot(newVoter(), 1, "opt-1")]),
      await bench().tier.begin(pollId, "token", true),
      await bench().tier.read(pollId),
    ];
    expect(late).toEqual(late.map(() => "removed"));
    const cast = judged(await bench().tier.cast(ballotOf(pollId, newVoter(), [1])));
    expect(cast.outcome).toMatchObject({ refusal: { code: "POLL_NOT_FOUND" } });
    expect(following.news).toEqual(["removed"]);
    const { poll, ...others } = there.keys;
    expect(await there.master.redis.get(poll)).toBe("REMOVED");
    expect(await there.master.redis.exists(...Object.values(others))).toBe(0);
  });

  test("[V3] settled, the ballots are exactly those of the final result, and the poll is final", async () => {
    const told = await bench().open({ settings: { allowChange: true } });
    const { pollId } = told.definition;
    const [gone, changed, kept] = await bench().vote(pollId, 1, 1, 2);
    if (!gone || !changed || !kept) throw new Error("Three voted.");
    const ended = closed(told, 4);
    await bench().tier.fence(ended, "closed");
    const joined = ballot(newVoter(), 1, "opt-3");
    const older = { ...changed, revision: 0, choice: "opt-2" };
    expect(await bench().tier.begin(pollId, "settler", true)).toBe("begun");
    expect(await bench().tier.set(pollId, "other", [[kept.voter, null]])).toBe("lost");
    const roll = [
      [gone.voter, null],
      [changed.voter, older],
      [kept.voter, kept],
      [joined.voter, joined],
    ] as const;
    expect(await bench().tier.set(pollId, "settler", roll)).toBe("done");
    expect(await bench().tier.set(pollId, "settler", roll)).toBe("done");
    expect(await bench().tier.settle(ended, "other")).toBe("lost");
    expect(await bench().tier.settle(ended, "settler")).toBe("done");
    expect(await bench().ballots(pollId)).toEqual(
      new Map([older, kept, joined].map((one) => [one.voter, one])),
    );
    expect(await stage.votesMatchBallots(pollId)).toEqual({
      "opt-1": 0,
      "opt-2": 2,
      "opt-3": 1,
      participants: 3,
    });
    const { poll, settled, outboxLength } = await bench().view(pollId);
    expect(poll.tally).toMatchObject({ final: true, epoch: 4 });
    expect([settled, outboxLength]).toEqual([true, 0]);
    const repeat = judged(await bench().tier.cast(ballotOf(pollId, kept.voter, [2])));
    expect(repeat.outcome).toMatchObject({ kind: "accepted", repeated: true });
  });
}
