import type { PollId, VoterId } from "../../shared/ids.ts";
import type { ServerMessage } from "../../shared/messages.ts";

/** What fan-out needs of an open socket. The edge has the socket; nothing here knows it. */
export interface Viewer {
  readonly voter: VoterId;
  /** The poll that a ballot without `pollId` is for. */
  lastJoined: PollId | null;
  /** Sends one frame to this socket alone. */
  send(message: ServerMessage): void;
  /** The same with a frame encoded once for many. */
  sendFrame(frame: string): void;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  /** Whether bytes wait for this socket to read. */
  isBehind(): boolean;
}

/** One frame to everybody subscribed to a topic. */
export interface Publisher {
  /** `false` if some subscriber did not take all of it. */
  publish(topic: string, frame: string): boolean;
}
