/** How patient a node is with its connections to Redis, by environment: data, read by `connect-redis.ts` alone. */

export type RedisEnvironment = "production" | "staging" | "development";

/** Times in ms. */
export interface ConnectionProfile {
  /**
   * How long a connection may take to be made while commands wait for it. A second, for two reasons. What is sent to a
   * server itself (`confirmed-writes.ts`) waits in the queue of its connection, and is carried out once that stands,
   * though it was given up long ago: measured with a TLS handshake held for 2.5 s, with 5,000 a command that had timed
   * out after 0.8 s was carried out all the same, with 1,000 never. And a node that starts waits so long for a shard that
   * nobody can reach, with the polls of all others.
   */
  readonly connectMs: number;
  /** For connections that nobody waits for, and that carry nothing which may not come late: the bus. */
  readonly listenerConnectMs: number;
  /** How long a command may take; a silent connection is closed after `silenceMs`: a frozen server closes none itself. */
  readonly commands: { readonly commandMs: number; readonly silenceMs: number };
  /** The same where there is a ledger to ask instead. */
  readonly besideLedger: { readonly commandMs: number; readonly silenceMs: number };
  /** A server that takes longer for a ping is not well. */
  readonly probeMs: number;
  /** Each server, when it is asked what it is. */
  readonly askMs: number;
  /** A lost connection is tried again after `stepMs`, then twice that and so on up to `longestMs`, each up to `spread` longer. */
  readonly retry: { readonly stepMs: number; readonly longestMs: number; readonly spread: number };
  /** How often a cluster is asked who serves what, and how long one server may take to say it. */
  readonly slots: { readonly everyMs: number; readonly withinMs: number };
}

/**
 * At most so many connections of one node to one Redis server: commands, ballots, bus, probes as a master and as a
 * replica, and a passing one of each client that asks who serves what.
 */
export const CONNECTIONS_PER_SERVER = 8;

const PRODUCTION: ConnectionProfile = {
  connectMs: 1_000,
  listenerConnectMs: 5_000,
  commands: { commandMs: 2_000, silenceMs: 1_000 },
  // Many times a full pipeline with its WAIT, and short enough for two attempts within the two seconds after which votes
  // go past Redis.
  besideLedger: { commandMs: 800, silenceMs: 500 },
  probeMs: 300,
  askMs: 1_000,
  // A server that is back finds all nodes at its door: a TLS handshake costs it as much as a thousand commands.
  retry: { stepMs: 100, longestMs: 1_000, spread: 0.5 },
  slots: { everyMs: 1_000, withinMs: 500 },
};

/** Embedded has no row: there is nothing to connect to. */
export const CONNECTION_PROFILES: Readonly<Record<RedisEnvironment, ConnectionProfile>> = {
  production: PRODUCTION,
  // What is tried out there is what runs later.
  staging: PRODUCTION,
  // One server on the same machine, started and stopped by hand: back at once.
  development: {
    ...PRODUCTION,
    listenerConnectMs: 1_000,
    retry: { stepMs: 50, longestMs: 500, spread: 0 },
  },
};
