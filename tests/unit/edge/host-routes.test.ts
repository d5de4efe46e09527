import { expect, test } from "bun:test";
import type { PollView } from "../../../shared/messages.ts";
import { expectRefusal } from "../../support/expect-problem.ts";
import { startEdge } from "../../support/start-edge.ts";

test("[H5] host actions answer the poll as the host sees it, and doing one again changes nothing", async () => {
  await using edge = await startEdge();
  const voter = await edge.newVoter();
  const { path, host } = await edge.makePoll({ settings: { resultsVisibility: "afterClose" } });
  await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, voter);
  const act = async (action: string): Promise<PollView> => {
    const answer = await edge.call(`${path}/${action}`, { method: "POST", headers: { ...host, ...voter } });
    expect(answer.status).toBe(200);
    return (await answer.json()) as PollView;
  };
  for (const [action, visibility] of [
    ["hide", "hidden"],
    ["hide", "hidden"],
    ["reveal", "live"],
  ] as const) {
    const { poll, results } = await act(action);
    expect(poll).toMatchObject({ visibility, host: true, yourVote: ["opt-2"] });
    expect(results.totalVotes).toBe(1);
  }
  expect((await act("open")).poll.status).toBe("open");
  expect((await act("close")).results.final).toBe(true);
  expect((await act("close")).poll.status).toBe("closed");
  const reopened = await edge.call(`${path}/open`, { method: "POST", headers: host });
  await expectRefusal(reopened, "POLL_CLOSED");
});

test("[H5] extending moves the end by whole seconds, up to 30 days in all", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll({ durationSeconds: 60 });
  const extend = (seconds: unknown) => edge.send("POST", `${path}/extend`, { seconds }, host);
  const { poll } = (await (await extend(30)).json()) as PollView;
  expect(poll.remainingTime).toBe(90);
  await expectRefusal(await extend(30 * 24 * 60 * 60), "NOT_SUPPORTED");
  await expectRefusal(await extend(1.5), "BAD_MESSAGE");
  await expectRefusal(await extend(0), "BAD_MESSAGE");
});

test("[H5] without the poll's own key nothing of a host's is done", async () => {
  await using edge = await startEdge();
  const { path } = await edge.makePoll();
  const { host: anotherHost } = await edge.makePoll();
  const draft = await edge.makePoll({ open: false });
  const posts = ["open", "close", "hide", "reveal"];
  for (const headers of [{}, anotherHost, { "x-host-key": "" }]) {
    for (const action of posts) {
      const answer = await edge.call(`${path}/${action}`, { method: "POST", headers });
      await expectRefusal(answer, "NOT_ALLOWED");
    }
    await expectRefusal(await edge.send("POST", `${path}/extend`, { seconds: 5 }, headers), "NOT_ALLOWED");
    await expectRefusal(await edge.send("PATCH", draft.path, { question: "Mine?" }, headers), "NOT_ALLOWED");
    await expectRefusal(await edge.call(path, { method: "DELETE", headers }), "NOT_ALLOWED");
  }
  const { poll } = (await (await edge.call(path)).json()) as PollView;
  expect(poll).toMatchObject({ status: "open", visibility: "live" });
});

test("[H5] a removed poll is gone, and so is its code", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll();
  const removed = await edge.call(path, { method: "DELETE", headers: host });
  expect(removed.status).toBe(204);
  expect(await removed.text()).toBe("");
  await expectRefusal(await edge.call(path, { method: "DELETE", headers: host }), "POLL_NOT_FOUND");
  await expectRefusal(await edge.call(path, { headers: host }), "POLL_NOT_FOUND");
});

test("[H5] a draft cannot be closed or extended", async () => {
  await using edge = await startEdge();
  const { path, host } = await edge.makePoll({ open: false });
  await expectRefusal(await edge.call(`${path}/close`, { method: "POST", headers: host }), "POLL_NOT_OPEN");
  await expectRefusal(await edge.send("POST", `${path}/extend`, { seconds: 5 }, host), "POLL_NOT_OPEN");
});
