import { HTTPException } from "hono/http-exception";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { Outage } from "../app/outage.ts";
import type { Log } from "../ops/log.ts";
import { pathForLog } from "./access-log.ts";
import type { EdgeContext } from "./edge-ports.ts";
import { answerProblem, answerRefusal } from "./problem.ts";

/**
 * Turns what was thrown into an answer. Bodies that cannot be read and stores that do not answer are thrown too;
 * everything else is a bug: logged under an id that the answer repeats, and the node serves on.
 */
export function answerError(log: Log) {
  return (error: Error, context: EdgeContext): Response => {
    const refusal = unreadable(error);
    if (refusal) return answerRefusal(context, refusal);
    if (error instanceof Outage) return answerRefusal(context, unavailable(log, error));
    const incident = crypto.randomUUID();
    const { method, path } = context.req;
    log.error({ err: error, incident, method, path: pathForLog(path) }, "request failed");
    return answerProblem(context, 500, `Something is wrong on our side. It is in our log as ${incident}.`);
  };
}

/** Every request meets it while it lasts, so the line is for whoever looks closely; nodes log an outage once by themselves. */
function unavailable(log: Log, { message, retryAfterMs, cause }: Outage): Refusal {
  log.debug({ err: cause }, message);
  return refuse("UNAVAILABLE", "Something this needs cannot be reached just now; try again in a moment.", {
    retryAfterMs,
  });
}

function unreadable(error: Error): Refusal | null {
  // The client went away, or broke its own framing, while its body was read: no fault of ours, and nothing for the log.
  if (error.name === "AbortError") return refuse("BAD_MESSAGE", "The body ended before it was whole.");
  if (!(error instanceof HTTPException)) return null;
  if (error.status === 400) return refuse("BAD_MESSAGE", "The body is not JSON.");
  if (error.status === 415) {
    return refuse("BAD_MESSAGE", "Send JSON, and say so: Content-Type: application/json.");
  }
  return null;
}
