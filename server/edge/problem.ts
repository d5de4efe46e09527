/** Refusals as RFC 9457 problem details. The members of a refusal stand in them unchanged, so one reader does for both. */
import { STATUS_CODES } from "node:http";
import { z } from "@hono/zod-openapi";
import { refusalData } from "../../shared/messages.ts";
import { REFUSAL_STATUS, type Refusal } from "../../shared/refusals.ts";
import type { EdgeContext } from "./edge-ports.ts";

const JSON_PROBLEM = "application/problem+json";

/** Body of every answer from 400 on. `code` and `message` are absent only where no refusal of ours fits (405, 500 …). */
const problemDetails = z
  .object({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    ...refusalData.partial({ code: true, message: true }).shape,
  })
  .openapi("Problem");

type RefusalStatus = (typeof REFUSAL_STATUS)[keyof typeof REFUSAL_STATUS];

/** For `responses` of a route: everything that is not its success. */
export const PROBLEM_RESPONSE = {
  default: {
    description: "A problem: what was wrong and what would be right.",
    content: { [JSON_PROBLEM]: { schema: problemDetails } },
  },
} as const;

/** Answers with a refusal: status by its code, `Retry-After` in whole seconds where trying again helps. */
export function answerRefusal(context: EdgeContext, refusal: Refusal) {
  context.set("refusal", refusal.code);
  const status: RefusalStatus = REFUSAL_STATUS[refusal.code];
  return context.json({ ...blank(status), detail: refusal.message, ...refusal }, status, {
    "Content-Type": JSON_PROBLEM,
    ...(refusal.retryAfterMs !== undefined && {
      "Retry-After": String(Math.max(1, Math.ceil(refusal.retryAfterMs / 1000))),
    }),
  });
}

/** Answers what has no refusal code: a path or method that does not exist, a handshake that is none, a bug. */
export function answerProblem(
  context: EdgeContext,
  status: 400 | 404 | 405 | 426 | 500,
  detail: string,
  headers: Record<string, string> = {},
) {
  return context.json({ ...blank(status), detail }, status, { "Content-Type": JSON_PROBLEM, ...headers });
}

function blank(status: number) {
  return { type: "about:blank" as const, title: STATUS_CODES[status] ?? "Error", status };
}
