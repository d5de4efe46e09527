/** The HTTP side of the page: what is not a matter of the socket. */
import { CSRF_HEADER } from "../shared/csrf-header.ts";
import type { FieldError, RefusalCode } from "../shared/refusals.ts";
import { everyPage, refusals } from "./texts/spoken.ts";

/** Why a call failed, in words for the person who made it. */
export interface Failure {
  readonly failed: string;
  readonly errors: readonly FieldError[];
}

/** Goes with every call; `null` for a guest, who needs none. */
let csrfToken: string | null = null;

/** The token that the page came with. */
export function carryToken(token: string | null): void {
  csrfToken = token;
}

/** After so long without an answer there is none (ms): whoever pressed may press again. */
const ANSWER_WITHIN_MS = 15_000;

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Sends JSON; the answer is trusted for its shape, as frames are. No answer is a failure like any other. */
export async function call<Answer extends object>(
  method: Method,
  path: string,
  body?: object,
  hostKey?: string | null,
): Promise<Answer | Failure> {
  try {
    let [ok, answer] = await send(method, path, body, hostKey);
    if (answer.errors?.[0]?.path === CSRF_HEADER) {
      // Signed in since, in another tab: what was typed here must not be lost for it.
      ({ csrfToken } = await (await fetch("/api/session")).json());
      [ok, answer] = await send(method, path, body, hostKey);
    }
    if (ok) return answer;
    return failure(answer);
  } catch {
    return { failed: everyPage.noAnswer, errors: [] };
  }
}

/** What an answer that is no success holds: a problem, or an error of the socket's. */
interface Refused {
  readonly code?: RefusalCode;
  readonly detail?: string;
  readonly message?: string;
  readonly retryAfterMs?: number;
  readonly errors?: readonly FieldError[];
}

function failure({ detail, message, errors = [], ...told }: Refused): Failure {
  return {
    failed: refusals.why({ ...told, sentence: detail ?? message }) ?? everyPage.noAnswer,
    errors: errors.map((each) => ({ ...each, message: refusals.atField(each.message) })),
  };
}

export function post<Answer extends object>(
  path: string,
  body: object = {},
  hostKey?: string | null,
): Promise<Answer | Failure> {
  return call<Answer>("POST", path, body, hostKey);
}

async function send(
  method: Method,
  path: string,
  body: object | undefined,
  hostKey: string | null | undefined,
) {
  const response = await fetch(path, {
    method,
    headers: {
      ...(body && { "Content-Type": "application/json" }),
      ...(csrfToken && { [CSRF_HEADER]: csrfToken }),
      ...(hostKey && { "X-Host-Key": hostKey }),
    },
    body: body ? JSON.stringify(body) : null,
    // Browsers of before 2022 have none, and wait for as long as they like.
    signal: AbortSignal.timeout?.(ANSWER_WITHIN_MS) ?? null,
  });
  // What was deleted answers with nothing.
  return [response.ok, response.status === 204 ? {} : await response.json()] as const;
}

export function isFailure(answer: object): answer is Failure {
  return "failed" in answer;
}
