import { expect, test } from "bun:test";
import { buildAssets } from "../../../server/edge/assets.ts";
import { registerPages } from "../../../server/edge/pages.tsx";
import { startEdge } from "../../support/start-edge.ts";

const assets = await buildAssets();

/** The ids that cookies carry, plain and as they would be in an address. */
const idsOf = (cookies: readonly string[]) =>
  cookies.flatMap((cookie) => {
    const value = cookie.slice(cookie.indexOf("=") + 1);
    return [value, decodeURIComponent(value).split(".")[0] ?? value];
  });

test("[U78] no page of results, file, picture, history or log line links a voter to a choice", async () => {
  await using edge = await startEdge({
    pages: (app, ports) => registerPages(app, { ...ports, assets }),
  });
  const room = await edge.makeRoom(["Which?"]);
  const [pollId = ""] = room.polls;
  await edge.send("POST", `${room.path}/go`, { pollId }, room.host);
  const voters = await Promise.all([1, 2, 3].map(() => edge.newVoter()));
  const path = `/api/polls/${pollId}`;
  for (const voter of voters) await edge.send("POST", `${path}/votes`, { optionId: "opt-2" }, voter);
  // The host has voted too, in the browser that has the key.
  const [own] = voters;
  const host = { ...room.host, ...own };
  const files = [`${path}/export.csv`, `${path}/export.json`, `${path}/chart.svg`, `${path}/audit`];
  const addresses = [
    ...files,
    `${room.path}/export.csv`,
    `${path}/timeline`,
    `/${pollId}/results`,
    `/${room.roomId}/results`,
  ];
  const told = await Promise.all(
    addresses.map(async (address) => {
      const answer = await edge.call(address, { headers: host });
      expect([address, answer.status]).toEqual([address, 200]);
      return answer.text();
    }),
  );
  const ids = idsOf(voters.map(({ cookie }) => cookie));
  expect(ids.map((id) => id.length >= 22)).toEqual(ids.map(() => true));
  for (const text of [...told, edge.logged.join("")]) {
    for (const id of ids) expect(text).not.toContain(id);
    expect(text).not.toMatch(/"yourVote":\[|voterId|revision/);
  }
});
