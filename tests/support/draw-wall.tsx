/**
 * A program: draws walls from scenes (JSON on stdin: `WallScene[]`), one whole HTML page each (JSON on stdout: `string[]`),
 * with the product's own rules, views and style. For numbers that no test can vote together, such as a million.
 */
import { renderToString } from "preact-render-to-string";
import { initialWall } from "../../client/present-state.ts";
import { reduceScreen } from "../../client/screen-state.ts";
import { PresentPage } from "../../client/views/present-page.tsx";
import { draftControl } from "../../server/app/poll.ts";
import { pollView } from "../../server/app/snapshot.ts";
import { buildAssets } from "../../server/edge/assets.ts";
import { qrOf } from "../../server/edge/qr.ts";
import type { PollId } from "../../shared/ids.ts";
import type { PollView, RoomUpdate } from "../../shared/messages.ts";
import { closedControl, definitionOf, NOON, openControl, pollOf } from "./fixtures.ts";
import type { WallScene } from "./wall-scene.ts";

const ORIGIN = "https://polls.example.org";

const assets = await buildAssets();
const style = Buffer.from(assets.find(assets.styles.present)?.body ?? []).toString();
const scenes: readonly WallScene[] = await Bun.stdin.json();
process.stdout.write(JSON.stringify(scenes.map(pageOf)));

function viewOf(scene: WallScene, votes: readonly number[], previousId?: string): PollView {
  const { question = "Where shall we eat?", labels, kind = "single", status = "open" } = scene;
  const base = definitionOf({ question, kind, optionCount: labels.length });
  const definition = {
    ...base,
    options: base.options.map((option, index) => ({ ...option, label: labels[index] ?? "" })),
    settings: { ...base.settings, resultsVisibility: scene.visibility ?? "live" },
    ...(previousId && { previousId: previousId as PollId }), // as another scene has it
  };
  const open = openControl(definition);
  const control = {
    draft: draftControl(definition.settings),
    open,
    counting: closedControl(open),
    final: closedControl(open),
  }[status];
  const hall = { joinedCount: scene.joined ?? 0, viewerCount: scene.here ?? 0, final: status === "final" };
  const poll = pollOf(definition, control, votes, hall);
  return pollView(poll, { host: false, yourVote: null }, NOON + 1000 * (60 - (scene.secondsLeft ?? 45)));
}

function roomOf(current: string | null): RoomUpdate {
  const polls = current ? [{ pollId: current, question: "", asked: true }] : [];
  const place = { current, polls, position: current === null ? null : 2, total: 5 };
  return { roomId: "7KQM2D", title: "All hands, June", seq: 1, serverTime: NOON, host: false, ...place };
}

function pageOf(scene: WallScene): string {
  const before = scene.previous && viewOf({ ...scene, status: "final" }, scene.previous);
  const view = scene.lobby ? null : viewOf(scene, scene.votes, before?.poll.pollId);
  const room = scene.room || scene.lobby ? roomOf(view?.poll.pollId ?? null) : null;
  const qr = qrOf(`${ORIGIN}/${room?.roomId ?? view?.poll.pollId}`);
  const previous = before ?? null;
  const page = { page: "present", origin: ORIGIN, qr, previous, steers: true, csrfToken: null } as const;
  const wall = initialWall({ ...page, room, view });
  const connection = scene.connection ?? "live";
  const screen = reduceScreen(wall.screen, { type: "connection", connection });
  const actions = { act: () => {}, hideKeys: () => {}, letSingleKeys: () => {} };
  const shown = { ...wall, screen, notice: scene.notice ?? null };
  const body = renderToString(<PresentPage wall={shown} actions={actions} />);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Wall</title><meta name="viewport" content="width=device-width"><style>${style}</style></head><body><div id="app">${body}</div></body></html>`;
}
