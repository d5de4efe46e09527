import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../app/ports.ts";
import { newEntry, rewritten, type SessionEntry, type SessionKey, type Standing } from "../../app/session.ts";

/** With each of them somebody gets through, and a node lets its own writers in one by one: enough for many nodes. */
const ATTEMPTS = 30;

/** The store in which a write is decided: it is read there, and put there. Both reject with an `Outage`. */
export interface Decider {
  readonly read: () => Promise<Standing | null>;
  /** Answers what stands afterwards. */
  readonly put: (entry: SessionEntry) => Promise<Standing>;
}

export type Decision =
  | { readonly kind: "stands"; readonly entry: SessionEntry }
  | { readonly kind: "conflict"; readonly version: number }
  | { readonly kind: "revoked" }
  /** Each time somebody else had written meanwhile. */
  | { readonly kind: "contended" };

export interface Write {
  readonly key: SessionKey;
  readonly data: unknown;
  /** 0: it must not be there. */
  readonly expectedVersion: number | undefined;
}

/** Writes over what stands, as compare-and-set: of two that write at once the second begins anew, or conflicts. */
export async function decideWrite(
  { read, put }: Decider,
  { key, data, expectedVersion }: Write,
  clock: Clock,
): Promise<Decision> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const standing = await read();
    if (standing && "revoked" in standing) return { kind: "revoked" };
    const version = standing?.version ?? 0;
    if (expectedVersion !== undefined && expectedVersion !== version) return { kind: "conflict", version };
    const entry = standing
      ? rewritten(standing, key.category, data, clock())
      : newEntry(key.category, data, clock());
    const stands = await put(entry);
    if ("revoked" in stands) return { kind: "revoked" };
    const isOurs = stands.version === entry.version && isDeepStrictEqual(stands.data, entry.data);
    if (isOurs) return { kind: "stands", entry };
  }
  return { kind: "contended" };
}
