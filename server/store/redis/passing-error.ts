/** What a shard says while it fails over, loads, moves a slot or has forgotten a script: it may work in a moment. */
const PASSING = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|LOADING|READONLY|MASTERDOWN|UNBLOCKED|NOSCRIPT)\b/;
/** What the client says when a connection ended or kept silent, or when polls of one pipeline are on two shards now. */
const DISCONNECTED =
  /connection|socket|timed? ?out|closed|ECONN|EPIPE|stream|redirection|retries|slots? cache|allocation group|cluster/i;

/** Whether an error may be gone when the command is sent once more. */
export function isPassing(error: Error): boolean {
  return error.name === "ReplyError" ? PASSING.test(error.message) : DISCONNECTED.test(error.message);
}

/** The client hangs the command on its errors, arguments and all: voters and polls, which no log may have. */
export function withoutCommand(error: Error): Error {
  Reflect.deleteProperty(error, "command");
  return error;
}
