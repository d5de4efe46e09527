import { decodeClientMessage } from "../../shared/decode-client-message.ts";
import type { ClientMessage, ServerMessage } from "../../shared/messages.ts";
import { isRefusal, type Refusal, refuse } from "../../shared/refusals.ts";
import type { CastBallotPorts } from "../app/cast-ballot.ts";
import type { Clock } from "../app/ports.ts";
import type { LivePolls } from "../fanout/live-polls.ts";
import type { LiveRooms } from "../fanout/live-rooms.ts";
import type { Telemetry } from "../ops/telemetry.ts";
import { castMeasured } from "./cast-measured.ts";
import type { Connection } from "./connection.ts";
import type { HostSockets } from "./host-sockets.ts";
import { voteAnswer } from "./vote-answer.ts";

export interface DispatchPorts extends CastBallotPorts {
  readonly livePolls: LivePolls;
  readonly liveRooms: LiveRooms;
  readonly hostSockets: HostSockets;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Told of bugs and outages; the client gets `UNAVAILABLE`. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

type Cast = Extract<ClientMessage, { type: "CAST_VOTE" }>["data"];

/** Answers one frame, with its id; only LEAVE_POLL and LEAVE_ROOM have no answer when done. None can make the server throw. */
export async function dispatch(
  ports: DispatchPorts,
  from: Connection,
  frame: string | Uint8Array,
): Promise<void> {
  const { outcome, id } = decodeClientMessage(frame);
  const answer = await act(ports, from, outcome, id).catch((trouble: unknown): Refusal => {
    ports.onTrouble("answer a frame", trouble);
    return refuse("UNAVAILABLE", "Something went wrong here; try again.", { retryAfterMs: 1_000 });
  });
  if (!answer) return;
  if (isRefusal(answer)) ports.telemetry.refusal(answer.code);
  const message: ServerMessage = isRefusal(answer) ? { type: "ERROR", data: answer } : answer;
  from.send(id === undefined ? message : { ...message, id });
}

/** Does what a message asks; returns the answer that is still to be sent, if any. */
async function act(
  ports: DispatchPorts,
  from: Connection,
  message: ClientMessage | Refusal,
  id: string | undefined,
): Promise<ServerMessage | Refusal | null> {
  if (isRefusal(message)) return message;
  switch (message.type) {
    case "JOIN_POLL": {
      const { pollId } = message.data;
      const hostKey = hostKeyOf(from, message.data);
      from.lastJoined = pollId;
      return ports.livePolls.join(from, pollId, hostKey, id, ports.hostSockets.isOwner(from, pollId));
    }
    case "LEAVE_POLL":
      ports.livePolls.leave(from, message.data.pollId);
      if (from.lastJoined === message.data.pollId) from.lastJoined = null;
      return null;
    case "JOIN_ROOM": {
      const { roomId } = message.data;
      const hostKey = hostKeyOf(from, message.data);
      return ports.liveRooms.join(from, roomId, hostKey, id, ports.hostSockets.isOwner(from, roomId));
    }
    case "LEAVE_ROOM":
      ports.liveRooms.leave(from, message.data.roomId);
      return null;
    case "CAST_VOTE":
      return castVote(ports, from, message.data);
    case "PING":
      return { type: "PONG", data: { serverTime: ports.clock() } };
  }
}

/** A socket that looks on is no host's, whatever key it sends: it shows what anybody may see. */
function hostKeyOf({ looksOn }: Connection, data: { readonly hostKey?: string | undefined }) {
  return looksOn ? undefined : data.hostKey;
}

async function castVote(
  ports: DispatchPorts,
  { voter, lastJoined, looksOn }: Connection,
  { pollId = lastJoined ?? undefined, optionId, optionIds, revision }: Cast,
): Promise<ServerMessage | Refusal> {
  if (looksOn) return refuse("NOT_ALLOWED", "This socket only looks on; cast ballots over another one.");
  if (pollId === undefined) return refuse("BAD_MESSAGE", "Which poll? Give pollId, or join one first.");
  const chosen = optionIds ?? (optionId === undefined ? [] : [optionId]);
  return voteAnswer(pollId, await castMeasured(ports, { pollId, voter, optionIds: chosen, revision }));
}
