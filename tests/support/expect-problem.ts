import { expect } from "bun:test";
import { REFUSAL_STATUS, type Refusal, type RefusalCode } from "../../shared/refusals.ts";

export interface Problem extends Omit<Refusal, "code"> {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code?: RefusalCode;
}

/** The answer is problem details with this refusal's code and status; returns them for more. */
export async function expectRefusal(answer: Response, code: RefusalCode): Promise<Problem> {
  const problem = await expectProblem(answer, REFUSAL_STATUS[code]);
  expect(problem.code).toBe(code);
  expect(problem.message).toBe(problem.detail);
  return problem;
}

/** The answer is problem details with this status. */
export async function expectProblem(answer: Response, status: number): Promise<Problem> {
  expect({ status: answer.status, type: answer.headers.get("content-type") }).toEqual({
    status,
    type: "application/problem+json",
  });
  const problem = (await answer.json()) as Problem;
  expect(problem.status).toBe(status);
  expect(problem.title.length).toBeGreaterThan(0);
  expect(problem.detail.length).toBeGreaterThan(0);
  return problem;
}
