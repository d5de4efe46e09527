import { describe, expect, test } from "bun:test";
import type { ServerMessage } from "../../shared/messages.ts";
import { waitFor } from "../support/wait-for.ts";
import { newVoterCookie, type WsClient } from "../support/ws-client.ts";
import { type MadePoll, startWireNode, type WireNode } from "./wire-node.ts";

/** 3 to 5 of 8: numbers that stand nowhere else in a frame or a page. */
const VOTES = [3, 5];
const TELLTALE = /"votes"|"percentage"|"average"|37\.5|62\.5|"totalVotes":(?!null)/;

/** Casts the votes over HTTP. */
async function castAll(node: WireNode, { pollId }: MadePoll): Promise<void> {
  for (const [index, count] of VOTES.entries()) {
    for (let voter = 0; voter < count; voter++) {
      const cookie = await newVoterCookie(node.url);
      const ballot = { optionId: `opt-${index + 1}` };
      expect((await node.http("POST", `/api/polls/${pollId}/votes`, ballot, { cookie })).status).toBe(201);
    }
  }
}

/** Every frame of the socket from index `from` on is free of results. */
function expectBlind(client: WsClient, from = 0): void {
  const telling = client.frames.slice(from).filter((frame) => TELLTALE.test(JSON.stringify(frame)));
  expect(telling).toEqual([]);
}

/** HTTP and the page give a stranger nothing either, nor somebody with a wrong host key. */
async function expectBlindOverHttp(node: WireNode, { pollId }: MadePoll): Promise<void> {
  for (const path of [`/api/polls/${pollId}`, `/${pollId}`]) {
    for (const headers of [{}, { "x-host-key": "wrong" }]) {
      const answer = await node.http("GET", path, undefined, headers);
      expect(answer.status).toBe(200);
      expect(await answer.text()).not.toMatch(TELLTALE);
      expect([...answer.headers].join()).not.toMatch(TELLTALE);
    }
  }
  for (const file of ["export.csv", "export.json", "audit"]) {
    expect((await node.http("GET", `/api/polls/${pollId}/${file}`)).status).toBe(403);
  }
}

const sees = (client: WsClient, { pollId }: MadePoll, total: number) =>
  waitFor(`${total} votes to be shown`, () => client.latestResults(pollId)?.totalVotes === total);

const knows = (client: WsClient, { pollId }: MadePoll, participants: number) =>
  waitFor(
    `${participants} participants`,
    () => client.latestResults(pollId)?.participantCount === participants,
  );

const heard = (client: WsClient, name: "closed" | "hidden" | "revealed") =>
  client.next(
    "POLL_SYSTEM",
    (frame: ServerMessage) => frame.type === "POLL_SYSTEM" && frame.data.event === name,
  );

describe("results that are hidden", () => {
  test("[C12] the search finds results where they are shown", async () => {
    await using node = await startWireNode();
    const poll = await node.makePoll();
    const client = await node.join(poll.pollId);
    await castAll(node, poll);
    await sees(client, poll, 8);
    expect(() => expectBlind(client)).toThrow();
    expect(await (await node.http("GET", `/${poll.pollId}`)).text()).toMatch(/37\.5/);
    await expect(expectBlindOverHttp(node, poll)).rejects.toThrow();
  });

  test("[C12] afterVote: only who has voted sees them, at once, in all windows; the host always", async () => {
    await using node = await startWireNode();
    const poll = await node.makePoll({ settings: { resultsVisibility: "afterVote" } });
    const cookie = await newVoterCookie(node.url);
    const onlooker = await node.join(poll.pollId);
    const host = await node.join(poll.pollId, { hostKey: poll.hostKey });
    const [voter, window] = [
      await node.join(poll.pollId, { cookie }),
      await node.join(poll.pollId, { cookie }),
    ];
    await castAll(node, poll);
    await sees(host, poll, 8);
    for (const client of [onlooker, voter, window]) {
      await knows(client, poll, 8);
      expectBlind(client);
    }
    await expectBlindOverHttp(node, poll);
    const refused = await voter.request({ type: "CAST_VOTE", data: { optionId: "opt-9" } });
    expect(refused.type).toBe("ERROR");
    expectBlind(voter);
    await voter.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } });
    for (const client of [voter, window, host]) await sees(client, poll, 9);
    expect((await node.view(poll.pollId, { cookie })).results.totalVotes).toBe(9);
    await knows(onlooker, poll, 9);
    expectBlind(onlooker);
    await expectBlindOverHttp(node, poll);
    await node.steer(poll, "close");
    await sees(onlooker, poll, 9);
  });

  test("[C12] afterClose: nobody but the host, voter or not, until the close; then everybody", async () => {
    await using node = await startWireNode();
    const poll = await node.makePoll({ settings: { resultsVisibility: "afterClose" } });
    const host = await node.join(poll.pollId, { hostKey: poll.hostKey });
    const [voter, onlooker] = [await node.join(poll.pollId), await node.join(poll.pollId)];
    await castAll(node, poll);
    await voter.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } });
    await sees(host, poll, 9);
    for (const client of [voter, onlooker]) {
      await knows(client, poll, 9);
      expectBlind(client);
    }
    await expectBlindOverHttp(node, poll);
    await node.steer(poll, "close");
    for (const client of [voter, onlooker]) {
      await sees(client, poll, 9);
      expect(client.latestResults(poll.pollId)?.final).toBe(true);
    }
  });

  test("[C12] a host hides: nothing more from then on, also over votes and the close; revealed: everybody, at once", async () => {
    await using node = await startWireNode();
    const poll = await node.makePoll();
    const host = await node.join(poll.pollId, { hostKey: poll.hostKey });
    const cookie = await newVoterCookie(node.url);
    const [voter, onlooker] = [await node.join(poll.pollId, { cookie }), await node.join(poll.pollId)];
    await voter.request({ type: "CAST_VOTE", data: { optionId: "opt-1" } });
    await sees(onlooker, poll, 1);
    await node.steer(poll, "hide");
    await heard(voter, "hidden");
    await heard(onlooker, "hidden");
    const hiddenFrom = [voter, onlooker].map((client) => client.frames.length);
    await castAll(node, poll);
    await sees(host, poll, 9);
    const late = await node.join(poll.pollId);
    await expectBlindOverHttp(node, poll);
    expect((await node.view(poll.pollId, { cookie })).results.results).toBeNull();
    await node.steer(poll, "close");
    for (const [index, client] of [voter, onlooker].entries()) {
      await waitFor("the end", () => client.latestResults(poll.pollId)?.final);
      expectBlind(client, hiddenFrom[index]);
    }
    await waitFor("the end", () => late.latestResults(poll.pollId)?.final);
    expectBlind(late);
    await expectBlindOverHttp(node, poll);
    await node.steer(poll, "reveal");
    for (const client of [voter, onlooker, late]) await sees(client, poll, 9);
  });

  test("[C12] hide while votes pour in: no numbers after the event, whatever was on its way", async () => {
    await using node = await startWireNode({ env: { FRAMES_PER_SECOND: "0" } });
    for (let round = 0; round < 10; round++) {
      const poll = await node.makePoll();
      const onlooker = await node.join(poll.pollId);
      const voters = await node.connectMany(10);
      const cast = voters.map((voter) =>
        voter.request({ type: "CAST_VOTE", data: { pollId: poll.pollId, optionId: "opt-1" } }),
      );
      await Promise.all([...cast.slice(0, 5), node.steer(poll, "hide"), ...cast.slice(5)]);
      await knows(onlooker, poll, 10);
      const event = onlooker.frames.findIndex(({ type }) => type === "POLL_SYSTEM");
      expect(event).toBeGreaterThan(0);
      expectBlind(onlooker, event);
    }
  });

  test("[C12] an average is a result too", async () => {
    await using node = await startWireNode();
    const text = { kind: "rating", options: undefined, settings: { resultsVisibility: "afterClose" } };
    const poll = await node.makePoll(text);
    const onlooker = await node.join(poll.pollId);
    await castAll(node, poll);
    await knows(onlooker, poll, 8);
    expectBlind(onlooker);
    await node.steer(poll, "close");
    await waitFor("the average", () => onlooker.latestResults(poll.pollId)?.average === 1.63);
  });
});
