/** Times of the ballot protocol (ms): `docs/ballots.md` says why each is as it is, and `tests/model/timing.ts` plays them. */

/** A strong read of META lets a node accept from the ledger for this long, counted from when the read was sent. */
export const LEASE_MS = 2_000;
/** A read of META younger than this is not asked for again. */
export const LEASE_FRESH_MS = 1_000;
/** A node that puts what Redis may lack says so this often … */
export const BEAT_EVERY_MS = 500;
/** … and puts only this long after the last beat that was confirmed, counted from when that was sent. */
export const BEAT_VALID_MS = 1_500;
/** A beat that stood still for this long, by the observer's own clock, belongs to a dead node. */
export const BEAT_LAPSE_MS = 4_000;
/** Where Redis may have lost ballots that living nodes have in memory: how long the final result waits for those. */
export const PATIENCE_MS = 15_000;

/** What was counted in Redis is in the ledger about this long after. */
export const DRAIN_AFTER_MS = 400;
/** When a browser is to send a ballot again whose fate is not known. */
export const RETRY_AFTER_MS = 500;
