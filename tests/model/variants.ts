/** Ways to break the protocol, each of which once looked harmless. The model must object to every one. */
export interface Variant {
  /** The rebuild adds the ledger's counts to those of Redis instead of applying ballots. */
  readonly addCounters?: true;
  /** `replicated` is said without waiting for the replica. */
  readonly acknowledgeBeforeWait?: true;
  /** A repeat is answered at once: it was counted before, was it not? */
  readonly repeatWithoutWait?: true;
  /** The last ballot to arrive wins, whatever its revision. */
  readonly noRevisionOrder?: true;
  /** The close neither fences Redis nor waits for leases. */
  readonly noFence?: true;
  /** The close goes on where it cannot reach Redis (as an earlier draft had it). */
  readonly finalWithoutRedis?: true;
  /** The close does not ask which nodes still hold ballots (as an earlier draft had it). */
  readonly noHolds?: true;
  /** A promoted replica is taken for as good as the master it replaced. */
  readonly trustAnyMaster?: true;
  /** A rebuild counts although a node is still putting ballots past Redis. */
  readonly rebuildDuringDirty?: true;
  /** A node drains what it holds without asking whether Redis was rebuilt meanwhile. */
  readonly drainBehindRebuild?: true;
  /** Hiding and removing are told to Redis alone. */
  readonly controlOnlyInRedis?: true;
}

export const SOUND: Variant = {};
