/** CSRF tokens of browsers that are not signed in: nothing is stored for a guest, so that a hall costs no store anything. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { VoterId } from "../../shared/ids.ts";

export interface GuestTokens {
  /** The same for the same browser, as long as the first secret is. */
  of(voter: VoterId): string;
  /** Whether `token` was made for this browser. */
  isOf(voter: VoterId, token: string): boolean;
}

/** `secrets`: the first makes, all verify. Another site can neither read the voter's cookie nor compute this from it. */
export function createGuestTokens(secrets: readonly string[]): GuestTokens {
  const [first] = secrets;
  if (first === undefined) throw new Error("Tokens need at least one secret.");
  return {
    of: (voter) => tokenOf(first, voter),
    isOf: (voter, token) =>
      secrets.some((secret) => {
        const [right, given] = [Buffer.from(tokenOf(secret, voter)), Buffer.from(token)];
        return right.length === given.length && timingSafeEqual(right, given);
      }),
  };
}

function tokenOf(secret: string, voter: VoterId): string {
  return createHmac("sha256", `csrf ${secret}`).update(voter).digest("base64url");
}
