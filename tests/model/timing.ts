/** Times of the protocol (ms). Those that `docs/ballots.md` names are the same there. */

/** A strong read of META lets a node accept by the ledger way for this long, counted from when the read was sent. */
export const LEASE_MS = 2_000;
/** A lease younger than this is not asked for again. */
export const LEASE_FRESH_MS = 1_000;
/** How old what a node knows of the packs may be when it judges a ballot past Redis. */
export const VIEW_MS = 3_000;
/** A node that has put or may put something Redis lacks says so this often … */
export const BEAT_EVERY_MS = 500;
/** … and puts only this long after the last beat that was confirmed, counted from when that was sent. */
export const BEAT_VALID_MS = 1_500;
/** A beat that stood still for this long, by the observer's own clock, belongs to a dead node. */
export const BEAT_LAPSE_MS = 4_000;
/** After a loss that Redis cannot rule out: how long the final result waits for what living nodes have in memory. */
export const PATIENCE_MS = 15_000;

/** How long a caller waits. */
export const REDIS_TIMEOUT_MS = 400;
export const WAIT_TIMEOUT_MS = 100;
export const LEDGER_TIMEOUT_MS = 800;
/** The network may execute a request this long after it was sent, whatever its sender thinks. */
export const LATEST_MS = 2_000;
/** … and in schedules that end with a close even this long: only FINAL and its roll protect against those. */
export const VERY_LATE_MS = 15_000;
