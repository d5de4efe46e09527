/** What a shard says while it fails over, loads, moves a slot or has forgotten a script: it may work in a moment. */
const PASSING = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|LOADING|READONLY|MASTERDOWN|UNBLOCKED|NOSCRIPT)\b/;
/** What only says to ask elsewhere, or otherwise: no fault of the server. */
const ELSEWHERE = /^(MOVED|ASK|TRYAGAIN|NOSCRIPT)\b|redirection|slots? cache|allocation group/i;
/** What the client says when a connection ended or kept silent, or when polls of one pipeline are on two shards now. */
const DISCONNECTED =
  /connection|socket|timed? ?out|closed|ECONN|EPIPE|stream|redirection|retries|slots? cache|allocation group|cluster/i;

/** No replica and no majority of the masters vouches for the server that answered: another one may be the master. */
export class Unconfirmed extends Error {
  constructor() {
    super("the answer is that of a server which may have been replaced");
    this.name = "Unconfirmed";
  }
}

/** Whether an error may be gone when the command is sent once more. */
export function isPassing(error: Error): boolean {
  if (error instanceof Unconfirmed) return true;
  return error.name === "ReplyError" ? PASSING.test(error.message) : DISCONNECTED.test(error.message);
}

/** Whether a passing error means that the server cannot be reached, or cannot serve. */
export function isSilence(error: Error): boolean {
  return isPassing(error) && !(error instanceof Unconfirmed) && !ELSEWHERE.test(error.message);
}

/** The client hangs the command on its errors, arguments and all: voters and polls, which no log may have. */
export function withoutCommand(error: Error): Error {
  Reflect.deleteProperty(error, "command");
  return error;
}
