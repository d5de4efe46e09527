/** A host's page for tests, as the server would begin it and with what the socket says to its host. */
import { type HostState, initialHost } from "../../../client/host-state.ts";
import type { HostData } from "../../../client/page-data.ts";
import type { PollUpdate, PollView, RoomUpdate } from "../../../shared/messages.ts";
import { NOON } from "../../support/fixtures.ts";
import { anyView } from "./client-fixtures.ts";

/** The same poll in every test of a file, as somebody sees it who is no host. */
export const VISITORS_VIEW: PollView = anyView();

export function hostData(parts: Partial<HostData> = {}): HostData {
  const qr = { size: 21, path: "M0 0h7v7H0z" };
  const rest = { csrfToken: null, previous: null, origin: "http://polls.test", qr };
  return { page: "host", room: null, view: VISITORS_VIEW, ...rest, ...parts };
}

export function hostView(
  poll: Partial<PollUpdate> = {},
  results: Partial<PollView["results"]> = {},
): PollView {
  const view = VISITORS_VIEW;
  return { poll: { ...view.poll, host: true, ...poll }, results: { ...view.results, ...results } };
}

/** A host's page that is connected and has shown its key. */
export function steering(data: Partial<HostData> = {}, parts: Partial<HostState> = {}): HostState {
  const state = initialHost(hostData({ view: hostView(), ...data }));
  return { ...state, hasKey: true, screen: { ...state.screen, connection: "live" }, ...parts };
}

/** A room of questions A, B, C, D as its host sees it; `current` and those before it have been asked. */
export function anyRoom(current: string | null, parts: Partial<RoomUpdate> = {}): RoomUpdate {
  const ids = ["A", "B", "C", "D"];
  const at = current === null ? -1 : ids.indexOf(current);
  return {
    roomId: "ABC123",
    title: "Biology 9b",
    current,
    polls: ids.map((pollId, index) => ({ pollId, question: `Question ${pollId}?`, asked: index <= at })),
    position: at < 0 ? null : at + 1,
    total: ids.length,
    seq: 7,
    serverTime: NOON,
    host: true,
    ...parts,
  };
}
