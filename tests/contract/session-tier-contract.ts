import { describe } from "bun:test";
import type { SessionTier } from "../../server/store/tiers/session-tier.ts";
import { type OpenTiers, SessionTierBench } from "./session-tier-bench.ts";
import { sessionTierDataRules } from "./session-tier-data-rules.ts";
import { sessionTierOrderRules } from "./session-tier-order-rules.ts";
import { sessionTierTimeRules } from "./session-tier-time-rules.ts";

/** What every adapter of the `SessionTier` port promises. */
export function sessionTierContract(name: string, open: OpenTiers<SessionTier>): void {
  describe(`session tier, ${name}`, () => {
    const bench = new SessionTierBench(open);
    describe("data", () => sessionTierDataRules(bench));
    describe("order", () => sessionTierOrderRules(bench));
    describe("time", () => sessionTierTimeRules(bench));
  });
}
