import calculateSlot from "cluster-key-slot";
import { Cluster, type Redis } from "ioredis";
import type { RedisClient } from "./scripts.ts";
import { within } from "./within.ts";

/** A master that does not say for so long (ms) who owns a slot has not named anybody. */
const ASK_WITHIN_MS = 300;

/** One server, asked directly: a client for a cluster would follow a redirection, and nobody knew who answered. */
export interface SlotOwner {
  readonly address: string;
  readonly connection: Redis;
}

/** Who owns the slot of this key, as far as the client knows. Throws a passing error if that is nobody it can reach. */
export function slotOwner(client: RedisClient, key: string): SlotOwner {
  if (!(client instanceof Cluster)) {
    return { address: addressOf(client), connection: client };
  }
  const address = client.slots[calculateSlot(key)]?.[0];
  const connection = client.nodes("master").find((server) => addressOf(server) === address);
  if (address === undefined || !connection) throw new Error("no connection to the owner of the slot");
  return { address, connection };
}

/**
 * Whether a majority of the masters names the server of this id as the owner of the slot of the key: asked after it ran
 * something, so it was not deposed then. It counts as naming itself.
 */
export async function isNamedByMajority(client: Cluster, owner: SlotOwner, id: string, key: string) {
  const slot = calculateSlot(key);
  // By the slots: a master whose connection is broken is no node of the client, and yet counts.
  const masters = new Set(client.slots.flatMap((servers) => servers?.[0] ?? []));
  const others = [...masters].filter((address) => address !== owner.address);
  const connections = new Map(client.nodes("master").map((server) => [addressOf(server), server]));
  const needed = Math.floor((others.length + 1) / 2) + 1;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let [named, left] = [1, others.length];
  const count = (isNamed: boolean) => {
    left -= 1;
    if (isNamed) named += 1;
    if (named >= needed) resolve(true);
    else if (named + left < needed) resolve(false);
  };
  for (const address of others) {
    ownerAsSeenBy(connections.get(address), slot).then(
      (seen) => count(seen === id),
      () => count(false),
    );
  }
  if (named >= needed) resolve(true);
  return promise;
}

async function ownerAsSeenBy(master: Redis | undefined, slot: number): Promise<string | undefined> {
  if (!master) return undefined;
  const ranges = await within(ASK_WITHIN_MS, "no answer about the slots", master.cluster("SLOTS"));
  const range = ranges.find(([first, last]) => first <= slot && slot <= last);
  return range && String(range[2]?.[2]);
}

export function addressOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}
