/** Why a call was refused. The server's own sentences are English, and say more than a code does: they are said as they are. */
import type { RefusalCode } from "../../../shared/refusals.ts";

/** As an answer that is no success tells it. */
interface Told {
  readonly code?: RefusalCode;
  /** The server's sentence. */
  readonly sentence: string | undefined;
  readonly retryAfterMs?: number;
}

export const refusals = {
  /** `null`: nothing is known of it. */
  why: ({ sentence }: Told): string | null => sentence ?? null,
  /** What is wrong with one field. */
  atField: (sentence: string): string => sentence,
};
