import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

/** Names under which something that identifies a voter or lets one steer a poll could slip into a line. */
const PRIVATE = ["voter", "hostKey", "cookie", "setCookie", "authorization", "token", "secret"];
const PRIVATE_HEADERS = ["cookie", "set-cookie", "authorization", "x-host-key"];

/**
 * One JSON line per event, on standard output unless told otherwise. What identifies a voter is never passed to it;
 * the redaction is the net below that rule.
 */
export function createLog(
  {
    level,
    node,
    environment,
  }: { readonly level: string; readonly node: string; readonly environment: string },
  destination?: DestinationStream,
): Log {
  const options = {
    level,
    base: { node, environment },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        ...PRIVATE.flatMap((name) => [name, `*.${name}`]),
        ...PRIVATE_HEADERS.flatMap((name) => [`headers["${name}"]`, `*.headers["${name}"]`]),
      ],
      censor: "[hidden]",
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
