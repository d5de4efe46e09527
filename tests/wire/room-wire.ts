/** A room on a whole node, and sockets in it. */
import { expect } from "bun:test";
import type { ServerMessage } from "../../shared/messages.ts";
import { goTo, type MadeRoom, makeRoom } from "../support/poll-calls.ts";
import type { WsClient } from "../support/ws-client.ts";
import { all, startWireNode, type WireNode } from "./wire-node.ts";

export const QUESTIONS = ["First?", "Second?", "Third?"];

/** A node, a room with three questions, and what is often done with them. */
export async function startRoom(questions: readonly string[] = QUESTIONS) {
  const node = await startWireNode();
  const room = await makeRoom(node.url, questions);
  const [first = "", second = "", third = ""] = room.polls;
  const key = { "x-host-key": room.hostKey };
  return {
    node,
    room,
    polls: { first, second, third },
    go: (pollId: string, more: object = {}) => goTo(node.url, room, pollId, more),
    call: (method: string, path: string, body?: unknown) =>
      node.http(method, `/api/rooms/${room.roomId}${path}`, body, key),
  };
}

/** A socket in the room, which has had its ROOM_UPDATE; as its host with `hostKey`. */
export async function enter(
  node: WireNode,
  { roomId }: Pick<MadeRoom, "roomId">,
  { cookie, hostKey }: { readonly cookie?: string; readonly hostKey?: string } = {},
): Promise<WsClient> {
  const client = await node.connect({ ...(cookie !== undefined && { cookie }) });
  const data = { roomId, ...(hostKey !== undefined && { hostKey }) };
  const answer = await client.request({ type: "JOIN_ROOM", data });
  expect(answer.type).toBe("ROOM_UPDATE");
  return client;
}

/** Waits until the socket has been taken to this poll. */
export const arrive = (client: WsClient, pollId: string) =>
  client.next("RESULTS_UPDATE", ({ data }) => data.pollId === pollId);

export const latestRoom = (client: WsClient) => all(client, "ROOM_UPDATE").at(-1);
export const typesOf = (frames: readonly ServerMessage[]) => frames.map(({ type }) => type);

export function joinOf({ roomId }: Pick<MadeRoom, "roomId">) {
  return { type: "JOIN_ROOM", data: { roomId } } as const;
}
