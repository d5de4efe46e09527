import { describe, expect, test } from "bun:test";
import type { Told } from "../../server/store/tiers/redis-side.ts";
import type { PollId } from "../../shared/ids.ts";
import { ballotOf, newVoter } from "../support/fixtures.ts";
import { waitFor } from "../support/wait-for.ts";
import { ballot, closed, PollKeysThere, stepped } from "./redis-tier-bench.ts";
import { TierStage } from "./redis-tier-stage.ts";

/** A state that another master made. Each test leaves the cluster whole. */
function trustRules(stage: TierStage): void {
  const tier = () => stage.bench.tier;
  const there = (pollId: PollId) => PollKeysThere.of(stage.cluster, pollId);

  async function failover(pollId: PollId): Promise<void> {
    const { master } = await there(pollId);
    // Without an election: masters refuse a second one of a shard within two node timeouts.
    await stage.cluster.failover(await stage.cluster.replicaOf(master), "takeover");
    await stage.cluster.settled();
  }

  /** Waits until the tier asks the master that there is now. */
  async function isCold(pollId: PollId): Promise<void> {
    const read = () =>
      tier()
        .read(pollId)
        .catch(() => "outage");
    await waitFor("the poll to read cold", async () => (await read()) === "cold", 10_000);
  }

  /** Ends the poll, after its outbox has gone to the ledger, and says whether nothing can be missing. */
  async function isWhole(told: Told): Promise<boolean> {
    const fenced = await tier().fence(closed(told), "closed");
    if (fenced === "removed") throw new Error("The poll is there.");
    return fenced.whole;
  }

  async function staysUntrusted(told: Told): Promise<void> {
    const { pollId } = told.definition;
    await isCold(pollId);
    // Ballots have connections of their own, which learn of a failover by themselves.
    const cast = async () => (await tier().cast(ballotOf(pollId, newVoter(), [1]))).kind;
    const isKnown = async () => {
      const kind = await cast();
      return kind !== "unknown" && kind;
    };
    expect(await waitFor("an answer to a ballot", isKnown)).toBe("cold");
    expect(await tier().merge(pollId, [ballot(newVoter(), 1, "opt-1")])).toBe("cold");
    expect(await tier().drained(pollId, ["1-1"])).toBe("cold");
  }

  test("[K36] after a failover a state is not trusted until it was made whole; it has all ballots", async () => {
    const told = await stage.bench.open();
    const { pollId } = told.definition;
    const standing = await stage.bench.vote(pollId, 1, 2, 3);
    const [before] = await tier().pending(pollId, 1);
    await failover(pollId);
    await staysUntrusted(told);
    const elsewhere = ballot(newVoter(), 1, "opt-1");
    expect(await stage.bench.ballots(pollId)).toEqual(new Map(standing.map((one) => [one.voter, one])));
    await stage.bench.rebuild({ ...told, epoch: 2 }, [elsewhere]);
    const { poll } = await stage.bench.view(pollId);
    expect(poll.tally).toMatchObject({ epoch: 2, votes: [2, 1, 1], participantCount: 4 });
    await stage.bench.vote(pollId, 1);
    const [first, second] = await tier().pending(pollId, 9);
    expect(first).toEqual(before);
    // No two masters give an entry the same id, whatever their clocks say.
    expect(second?.entry.split("-")[1]).not.toBe(first?.entry.split("-")[1]);
    await stage.votesMatchBallots(pollId);
    // A promoted replica has all that WAIT confirmed.
    expect(await isWhole(told)).toBe(true);
  }, 30_000);

  test("[K36] a control that comes while the state is not trusted is kept, and shows nothing", async () => {
    const told = await stage.bench.open();
    const { pollId } = told.definition;
    await failover(pollId);
    await isCold(pollId);
    const following = await stage.bench.follow(pollId);
    const hidden = stepped(told, { visibility: "hidden" });
    expect(await tier().steer(hidden, "hidden")).toBe("done");
    await tier().reportViewers(pollId, "node-1", 7);
    await waitFor("the event", () => following.news.length > 0);
    expect(following.news).toEqual(["hidden"]);
    await stage.bench.rebuild(told);
    await waitFor("the snapshot", () => following.news.length > 1);
    following.stop();
    expect(following.news[1]).toContain('"visibility":"hidden"');
    expect((await stage.bench.view(pollId)).poll.control).toEqual(hidden.control);
  }, 30_000);

  test("[K36] after FLUSHALL there is nothing to trust; made whole, patience is needed at the end", async () => {
    const told = await stage.bench.open();
    const { pollId } = told.definition;
    const [standing] = await stage.bench.vote(pollId, 2);
    await (await there(pollId)).master.redis.flushall();
    await staysUntrusted(told);
    expect(await tier().steer(told)).toBe("cold");
    await stage.bench.rebuild(told, standing ? [standing] : []);
    expect((await stage.bench.view(pollId)).poll).toMatchObject({
      definition: told.definition,
      control: told.control,
      tally: { votes: [0, 1, 0], participantCount: 1 },
    });
    await stage.bench.vote(pollId, 1);
    await stage.votesMatchBallots(pollId);
    expect(await isWhole(told)).toBe(false);
  });

  test.each(["kept", "lost"] as const)(
    "[K36] after a restart of the master with its data %s the state is not trusted",
    async (data) => {
      const told = await stage.bench.open();
      const { pollId } = told.definition;
      await stage.bench.vote(pollId, 1);
      const { master } = await there(pollId);
      await stage.cluster.restart(master, { data });
      await stage.cluster.settled();
      await isCold(pollId);
      await waitFor("the master to answer", () =>
        stage.bench.rebuild(told).then(
          () => true,
          () => false,
        ),
      );
      expect(await isWhole(told)).toBe(false);
    },
    30_000,
  );

  test("[K37] who makes a state whole loses it to a failover, even with all ballots brought", async () => {
    const told = await stage.bench.open();
    const { pollId } = told.definition;
    expect(await tier().begin(pollId, "a", false)).toBe("begun");
    expect(await tier().bring(pollId, "a", [ballot(newVoter(), 1, "opt-1")])).toBe("done");
    await failover(pollId);
    await isCold(pollId);
    expect(await tier().bring(pollId, "a", [ballot(newVoter(), 1, "opt-1")])).toBe("lost");
    expect(await tier().finish(told, "a")).toBe("lost");
    expect(await tier().set(pollId, "a", [])).toBe("lost");
    expect(await tier().settle(closed(told), "a")).toBe("lost");
    await isCold(pollId);
  }, 30_000);

  test("[K37] a token keeps others out while its holder is heard of, and no longer", async () => {
    const told = await stage.bench.open();
    const { pollId } = told.definition;
    const found = await there(pollId);
    expect(await tier().begin(pollId, "a", false)).toBe("begun");
    expect(await tier().begin(pollId, "a", false)).toBe("begun");
    expect(await tier().begin(pollId, "b", false)).toBe("busy");
    await ageToken(found);
    expect(await tier().bring(pollId, "a", [])).toBe("done");
    expect(await tier().begin(pollId, "b", false)).toBe("busy");
    await ageToken(found);
    expect(await tier().begin(pollId, "b", false)).toBe("begun");
    expect(await tier().bring(pollId, "a", [])).toBe("lost");
    expect(await tier().finish(told, "a")).toBe("lost");
    expect(await tier().finish(told, "b")).toBe("done");
    // Nothing was lost: it had been whole all the time.
    expect(await isWhole(told)).toBe(true);
  });

  /** As if its holder had last been heard of four seconds ago. */
  async function ageToken(found: PollKeysThere): Promise<void> {
    const rebuild = await found.state("rebuild");
    const aged = rebuild?.replace(/\d+$/, (ms) => `${Number(ms) - 4_000}`);
    await found.master.redis.hset(found.keys.state, "rebuild", aged ?? "");
  }
}

describe("Redis above a ledger: a state that another master made", () => trustRules(new TierStage()));

describe("Redis above a ledger: masters with snapshot files", () => {
  const stage = new TierStage({ settings: { appendonly: "no" } });

  test("[K36] a master that started again from its file is not taken for a replica that was promoted", async () => {
    const told = await stage.bench.open();
    const { pollId } = told.definition;
    const { master } = await PollKeysThere.of(stage.cluster, pollId);
    await master.redis.save();
    await stage.bench.vote(pollId, 1);
    await stage.cluster.restart(master);
    await stage.cluster.settled();
    const rebuilt = () =>
      stage.bench.rebuild(told).then(
        () => true,
        () => false,
      );
    await waitFor("the state to be made whole", rebuilt, 10_000);
    expect((await PollKeysThere.of(stage.cluster, pollId)).master).toBe(master);
    const fenced = await stage.bench.tier.fence(closed(told), "closed");
    expect(fenced).toMatchObject({ whole: false, outbox: [] });
  }, 30_000);
});
