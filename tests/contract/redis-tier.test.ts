import { describe } from "bun:test";
import { tierBallotRules } from "./redis-tier-ballot-rules.ts";
import { tierControlRules } from "./redis-tier-control-rules.ts";
import { TierStage } from "./redis-tier-stage.ts";

describe("Redis above a ledger", () => {
  const stage = new TierStage();
  describe("ballots", () => tierBallotRules(stage));
  describe("control", () => tierControlRules(stage));
});
