import { describe, expect, test } from "bun:test";
import type { PollUpdate, SystemEvent } from "../../shared/messages.ts";
import { NOON } from "../support/fixtures.ts";
import { waitFor } from "../support/wait-for.ts";
import { all, type MadePoll, startWireNode, type WireNode } from "./wire-node.ts";

interface Change {
  readonly event: SystemEvent;
  readonly does: (node: WireNode, poll: MadePoll) => Promise<unknown>;
  readonly shows: Partial<PollUpdate>;
}

const CHANGES: readonly Change[] = [
  {
    event: "extended",
    does: (node, poll) => node.steer(poll, "extend", { seconds: 600 }),
    shows: { status: "open", closesAt: NOON + 660_000, remainingTime: 660 },
  },
  { event: "hidden", does: (node, poll) => node.steer(poll, "hide"), shows: { visibility: "hidden" } },
  {
    event: "revealed",
    does: async (node, poll) => {
      await node.steer(poll, "hide");
      await node.steer(poll, "reveal");
    },
    shows: { visibility: "live" },
  },
  {
    event: "closed",
    does: (node, poll) => node.steer(poll, "close"),
    shows: { status: "closed", remainingTime: 0 },
  },
];

describe("what a host does", () => {
  for (const { event, does, shows } of CHANGES) {
    test(`[W9] ${event}: every viewer hears the event, then POLL_UPDATE with it, host and guests alike`, async () => {
      await using node = await startWireNode();
      const poll = await node.makePoll({ durationSeconds: 60 });
      const viewers = [
        await node.join(poll.pollId),
        await node.join(poll.pollId),
        await node.join(poll.pollId, { hostKey: poll.hostKey }),
      ];
      await viewers[0]?.request({ type: "CAST_VOTE", data: { optionId: "opt-2" } });
      await does(node, poll);
      for (const [index, viewer] of viewers.entries()) {
        await viewer.next("POLL_SYSTEM", ({ data }) => data.event === event);
        const update = await viewer.next("POLL_UPDATE");
        expect(update.data).toMatchObject({
          ...shows,
          yourVote: index === 0 ? ["opt-2"] : null,
          host: index === 2,
        });
        expect(update.id).toBeUndefined();
      }
    });
  }

  test("[W9] removed: every viewer hears it, and nothing of the poll after it", async () => {
    await using node = await startWireNode();
    const { pollId, hostKey } = await node.makePoll();
    const viewers = [await node.join(pollId), await node.join(pollId)];
    await node.http("DELETE", `/api/polls/${pollId}`, undefined, { "x-host-key": hostKey });
    for (const viewer of viewers) {
      await viewer.next("POLL_SYSTEM", ({ data }) => data.event === "removed");
      await viewer.request({ type: "PING", data: {} });
      const last = viewer.frames.findLast(({ data }) => "pollId" in data && data.pollId === pollId);
      expect(last?.type).toBe("POLL_SYSTEM");
    }
    expect((await node.http("GET", `/api/polls/${pollId}`)).status).toBe(404);
    expect((await node.http("GET", `/${pollId}`)).status).toBe(404);
  });

  test("[W9] who did not join hears nothing", async () => {
    await using node = await startWireNode();
    const [poll, other] = [await node.makePoll(), await node.makePoll()];
    const [bystander, elsewhere] = [await node.connect(), await node.join(other.pollId)];
    const viewer = await node.join(poll.pollId);
    await node.steer(poll, "close");
    await viewer.next("POLL_SYSTEM");
    for (const client of [bystander, elsewhere]) {
      await client.request({ type: "PING", data: {} });
      expect(all(client, "POLL_SYSTEM")).toEqual([]);
    }
  });

  test("[W9] doing the same again tells nobody anything", async () => {
    await using node = await startWireNode();
    const poll = await node.makePoll();
    const viewer = await node.join(poll.pollId);
    await waitFor("the viewer to be counted", () => viewer.latestResults(poll.pollId)?.viewerCount === 1);
    for (const action of ["hide", "hide", "close", "close", "hide"] as const) await node.steer(poll, action);
    await viewer.next("POLL_UPDATE", ({ data }) => data.status === "closed");
    await viewer.request({ type: "PING", data: {} });
    expect(all(viewer, "POLL_SYSTEM").map(({ event }) => event)).toEqual(["hidden", "closed"]);
  });
});
