/** The host key of a poll in this browser. It arrives in the address's fragment, which no server ever sees. */
import { keep, recall } from "./safe-storage.ts";

const FRAGMENT = /^#host=([\w-]+)$/;

/** Where a new poll's host is sent. */
export function hostAddress(pollId: string, hostKey: string): string {
  return `/${pollId}#host=${hostKey}`;
}

/**
 * The key, if this browser has it. One in the address is stored and then taken out of it, so that it is on no projector
 * and in no copied link; where storage is blocked it stays, because a reload would lose it.
 */
export function takeHostKey(pollId: string): string | null {
  const name = `pollcast:host:${pollId}`;
  const arrived = FRAGMENT.exec(location.hash)?.[1];
  if (arrived && keep(name, arrived)) history.replaceState(null, "", location.pathname);
  return arrived ?? recall(name);
}
