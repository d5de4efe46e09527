/** Host keys in this browser. One arrives in the address's fragment, which no server ever sees. */

import { keep, recall } from "./safe-storage.ts";
import type { Shown } from "./screen-state.ts";

const FRAGMENT = /^#host=([\w-]+)$/;

const nameOf = (code: string) => `pollcast:host:${code}`;

/** Where whoever made a poll or a room is sent, and what opens its host's page on another device. */
export function hostAddress(code: string, hostKey: string): string {
  return `/${code}/host#host=${hostKey}`;
}

/** The code that a page is at: the room's, or the poll's alone. */
export function codeOf({ room, view }: Shown): string {
  return room?.roomId ?? view?.poll.pollId ?? "";
}

/**
 * The key, if this browser has it. One in the address is stored and then taken out of it, so that it is on no projector and
 * in no copied link; where storage is blocked it stays, because a reload would lose it. A key that this browser has already
 * is not given up for it before it has proved to be the right one (`keepHostKey`): anybody can send a host a link.
 */
export function takeHostKey(shown: Shown): string | null {
  const code = codeOf(shown);
  const arrived = FRAGMENT.exec(location.hash)?.[1];
  const isSafe = arrived && (recall(nameOf(code)) !== null || keepHostKey(code, arrived));
  if (isSafe) history.replaceState(null, "", location.pathname);
  return arrived ?? recallFor(shown);
}

/** Whether this browser has the key already. */
export function holdsHostKey(shown: Shown): boolean {
  return recallFor(shown) !== null;
}

/** A room's key is that of its polls, too. */
function recallFor(shown: Shown): string | null {
  const room = shown.view?.poll.roomId;
  return recall(nameOf(codeOf(shown))) ?? (room ? recall(nameOf(room)) : null);
}

/** `true` if it will outlive the page. */
export function keepHostKey(code: string, hostKey: string): boolean {
  return keep(nameOf(code), hostKey);
}
