/** What the tiers know of how well a store is: one mechanism for polls and sessions. */

/** One master with its slots, and its replicas. The name changes with the master: a new one is not blamed for the old. */
export interface ProbedShard {
  /** `host:port` of the master. */
  readonly name: string;
  /** Ping, write, read back on the master. Rejects if one of them fails. */
  probe(): Promise<void>;
  /** Reads from a replica. Rejects if none answers. */
  probeReplica(): Promise<void>;
}

/** A breaker for each store, by name: a shard's is its `ProbedShard.name`, the ledger's is `LEDGER`. */
export interface Breakers {
  isOpen(store: string): boolean;
  /** Something that was asked of this store got no answer. */
  failed(store: string): void;
  /** Called with the name of each store whose breaker opens: whoever waits for it need wait no longer. */
  onOpen(listener: (store: string) => void): void;
}

export const LEDGER = "DynamoDB";
