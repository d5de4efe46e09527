/** What a shard says while it fails over, loads, or moves a slot: the same command may work in a moment. */
const PASSING = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|LOADING|READONLY|MASTERDOWN|UNBLOCKED)\b/;
/** What the client says when a connection ended or kept silent. */
const DISCONNECTED =
  /connection|socket|timed? ?out|closed|ECONN|EPIPE|stream|redirection|slots? cache|cluster/i;

/** Whether an error may be gone when the command is sent once more. */
export function isPassing(error: Error): boolean {
  return PASSING.test(error.message) || DISCONNECTED.test(error.message);
}
