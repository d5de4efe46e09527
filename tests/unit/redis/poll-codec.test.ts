import { expect, test } from "bun:test";
import { parseSnapshot } from "../../../server/store/redis/poll-codec.ts";
import { closedControl, definitionOf, openControl } from "../../support/fixtures.ts";

const control = openControl(definitionOf());
const tally = { epoch: 1, version: 7, votes: [2, 0, 1], participantCount: 3, viewerCount: 4 };

test("[C14] a snapshot of the release before says nothing of who joined: none is known", () => {
  const parsed = parseSnapshot(JSON.stringify({ control, tally: { ...tally, final: false } }));
  expect(parsed).toEqual({ control, tally: { ...tally, joinedCount: 0, final: false } });
  const told = { ...tally, joinedCount: 9, final: false };
  expect(parseSnapshot(JSON.stringify({ control, tally: told })).tally).toEqual(told);
});

test("[C13] a snapshot of a release that did not say final was final where it was closed", () => {
  const closed = closedControl(control);
  expect(parseSnapshot(JSON.stringify({ control, tally })).tally.final).toBe(false);
  expect(parseSnapshot(JSON.stringify({ control: closed, tally })).tally.final).toBe(true);
});
