import type { AccountId } from "../../shared/ids.ts";
import type { AuthData } from "./session.ts";

/** Reads an `auth` entry. A store has only what sign-in wrote, but a node of another release may have written it. */
export function readAuthData(data: unknown): AuthData | null {
  if (typeof data !== "object" || data === null) return null;
  const { accountId, signedInAt, validFrom, device } = data as Partial<Record<keyof AuthData, unknown>>;
  if (typeof accountId !== "string" || typeof device !== "string") return null;
  if (typeof signedInAt !== "number" || typeof validFrom !== "number") return null;
  return { accountId: accountId as AccountId, signedInAt, validFrom, device }; // an id that sign-in wrote
}
