/** A host key steers one poll, or one room with its polls. The host has it; the store has only its SHA-256. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { PollDefinition } from "./poll.ts";

/** A fresh host key: 192 random bits, safe in a URL fragment. */
export function newHostKey(): string {
  return randomBytes(24).toString("base64url");
}

/** SHA-256 of a host key, hex. */
export function hashHostKey(hostKey: string): string {
  return createHash("sha256").update(hostKey).digest("hex");
}

/** Whether `hostKey` is this poll's or room's. Takes the same time for every wrong key. */
export function isHostKey(
  { hostKeyHash }: Pick<PollDefinition, "hostKeyHash">,
  hostKey: string | undefined,
): boolean {
  if (hostKey === undefined) return false;
  return timingSafeEqual(Buffer.from(hashHostKey(hostKey)), Buffer.from(hostKeyHash));
}
