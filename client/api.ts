/** The HTTP side of the page: what is not a matter of the socket. */
import type { FieldError } from "../shared/refusals.ts";
import { texts } from "./texts.ts";

/** Why a call failed, in words for the person who made it. */
export interface Failure {
  readonly failed: string;
  readonly errors: readonly FieldError[];
}

/** Sends JSON; the answer is trusted for its shape, as frames are. No answer is a failure like any other. */
export async function post<Answer extends object>(
  path: string,
  body: object = {},
  hostKey?: string,
): Promise<Answer | Failure> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(hostKey && { "X-Host-Key": hostKey }) },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    return { failed: answer.detail ?? answer.message ?? texts.noAnswer, errors: answer.errors ?? [] };
  } catch {
    return { failed: texts.noAnswer, errors: [] };
  }
}

export function isFailure(answer: object): answer is Failure {
  return "failed" in answer;
}
