import { expect, test } from "bun:test";
import type { PollHealth } from "../../shared/poll-health.ts";
import { startCluster } from "../support/start-cluster.ts";
import { waitFor } from "../support/wait-for.ts";

interface Made {
  readonly poll: { readonly pollId: string };
  readonly hostKey: string;
}

async function makePoll(origin: string, durability: "replicated" | "ledger"): Promise<Made> {
  const body = JSON.stringify({ question: "Safe?", options: ["Yes", "No"], settings: { durability } });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${origin}/api/polls`, { method: "POST", headers, body });
  return (await answer.json()) as Made; // as its schema says
}

async function healthOf(origin: string, { poll, hostKey }: Made): Promise<PollHealth> {
  const headers = { "X-Host-Key": hostKey };
  const answer = await fetch(`${origin}/api/polls/${poll.pollId}/health`, { headers });
  expect(answer.status).toBe(200);
  return (await answer.json()) as PollHealth; // as its schema says
}

test.each([
  ["with", true, "ledger"],
  ["without", false, null],
] as const)(
  "[U58] a host is told where votes are safe, and what becomes of that when Redis is lost, %s a ledger",
  async (_, ledger, afterwards) => {
    await using cluster = await startCluster({ nodeCount: 1, ledger });
    const { origin } = cluster;
    const usual = await makePoll(origin, "replicated");
    // Whether a replica answers is known a moment after the start.
    const isReplicated = async () => (await healthOf(origin, usual)).keptIn === "replicated";
    await waitFor("a replica to be known", isReplicated);
    expect(await healthOf(origin, usual)).toMatchObject({ level: 0, levelName: "normal" });
    if (ledger) {
      const careful = await makePoll(origin, "ledger");
      expect((await healthOf(origin, careful)).keptIn).toBe("ledger");
    }
    await Promise.all(cluster.redis.nodes.map((node) => node.kill9()));
    const isLost = async () => (await healthOf(origin, usual)).level > 0;
    await waitFor("the loss of Redis to be told", isLost);
    expect((await healthOf(origin, usual)).keptIn).toBe(afterwards);
  },
  60_000,
);
