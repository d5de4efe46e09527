import { isOutage } from "./ledger-way.ts";

/** The answer, or `null` in an outage. */
export async function orNull<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (trouble) {
    if (isOutage(trouble)) return null;
    throw trouble;
  }
}
