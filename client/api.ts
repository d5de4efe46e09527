/** The HTTP side of the page: what is not a matter of the socket. */
import { CSRF_HEADER } from "../shared/csrf-header.ts";
import type { FieldError } from "../shared/refusals.ts";
import { texts } from "./texts.ts";

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

/** Sends JSON; the answer is trusted for its shape, as frames are. No answer is a failure like any other. */
export async function post<Answer extends object>(
  path: string,
  body: object = {},
  hostKey?: string | null,
): Promise<Answer | Failure> {
  try {
    let [ok, answer] = await send(path, body, hostKey);
    if (answer.errors?.[0]?.path === CSRF_HEADER) {
      // Signed in since, in another tab: what was typed here must not be lost for it.
      ({ csrfToken } = await (await fetch("/api/session")).json());
      [ok, answer] = await send(path, body, hostKey);
    }
    if (ok) return answer;
    return { failed: answer.detail ?? answer.message ?? texts.noAnswer, errors: answer.errors ?? [] };
  } catch {
    return { failed: texts.noAnswer, errors: [] };
  }
}

async function send(path: string, body: object, hostKey: string | null | undefined) {
  const response = await fetch(path, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(csrfToken && { [CSRF_HEADER]: csrfToken }),
      ...(hostKey && { "X-Host-Key": hostKey }),
    },
    body: JSON.stringify(body),
  });
  return [response.ok, await response.json()] as const;
}

export function isFailure(answer: object): answer is Failure {
  return "failed" in answer;
}
