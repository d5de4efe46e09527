/** A page that follows what is at a code: its socket, what arrives on it, and what wakes it up. */
import { isRoomId } from "../shared/ids.ts";
import { PROTOCOL_VERSION } from "../shared/limits.ts";
import type { ServerMessage } from "../shared/messages.ts";
import { HttpSocket } from "./http-socket.ts";
import { Link } from "./link.ts";
import type { Connection } from "./screen-state.ts";
import { SocketChoice } from "./socket-choice.ts";
import { browserTimer } from "./timer.ts";

export interface FollowerPorts {
  /** A poll's code, or a room's. */
  readonly code: string;
  readonly hostKey: string | null;
  /** Sees what anybody may see, whoever is signed in here, and casts nothing: for a wall. */
  readonly looksOn?: boolean;
  readonly onFrame: (message: ServerMessage) => void;
  readonly onConnection: (connection: Connection) => void;
}

/** Makes the link of a page. Nothing happens until `follow`. */
export function makeLink({ code, hostKey, looksOn = false, onFrame, onConnection }: FollowerPorts): Link {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const address = `${scheme}://${location.host}/ws?protocol=${PROTOCOL_VERSION}${looksOn ? "&as=audience" : ""}`;
  const key = hostKey ? { hostKey } : {};
  const clock = { timer: browserTimer, random: Math.random };
  const choice = new SocketChoice({
    timer: browserTimer,
    openSocket: () => new WebSocket(address),
    openHttp: () => new HttpSocket({ ...clock, looksOn, isHidden: () => document.hidden }),
    moveBack: () => {
      // No reason to worry anybody, but what is cast before the join is answered is not on its way.
      onConnection("connecting");
      link.connect();
    },
  });
  addEventListener("online", () => choice.probe());
  const link: Link = new Link({
    ...clock,
    open: () => choice.open(),
    join: () =>
      isRoomId(code)
        ? { type: "JOIN_ROOM", data: { roomId: code, ...key } }
        : { type: "JOIN_POLL", data: { pollId: code, ...key } },
    renewVoter: () => fetch("/api/session", { method: "POST" }),
    onFrame,
    onConnection: (connection) =>
      onConnection(connection === "reconnecting" && !navigator.onLine ? "offline" : connection),
  });
  return link;
}

/** Connects, and again whenever there is reason to: the network or the page comes back. */
export function follow(link: Link): void {
  link.connect();
  addEventListener("online", () => link.networkChanged());
  addEventListener("offline", () => link.wake());
  addEventListener("pageshow", ({ persisted }: PageTransitionEvent) => persisted && link.wake());
  document.addEventListener("visibilitychange", () => document.hidden || link.wake());
}
