import { describe } from "bun:test";
import { anyInterleaving } from "./any-interleaving.ts";
import { ballotRules } from "./ballot-rules.ts";
import { controlRules } from "./control-rules.ts";
import { durabilityRules } from "./durability-rules.ts";
import { figureRules } from "./figure-rules.ts";
import { newsRules } from "./news-rules.ts";
import { PollStoreBench, type PollStoreHarness } from "./poll-store-harness.ts";

/**
 * What every adapter of the `PollStore` port promises. `make` gives an adapter with nothing in it; each test gets one
 * of its own and disposes of it.
 */
export function pollStoreContract(name: string, make: () => Promise<PollStoreHarness>): void {
  describe(`poll store, ${name}`, () => {
    const bench = new PollStoreBench(make);
    describe("ballots", () => ballotRules(bench));
    describe("control", () => controlRules(bench));
    describe("news", () => newsRules(bench));
    describe("figures", () => figureRules(bench));
    describe("durability", () => durabilityRules(bench));
    describe("any interleaving", () => anyInterleaving(bench));
  });
}
