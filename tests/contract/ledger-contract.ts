import { describe } from "bun:test";
import { ledgerBallotRules } from "./ledger-ballot-rules.ts";
import { LedgerBench, type OpenLedger } from "./ledger-bench.ts";
import { ledgerMarkRules } from "./ledger-mark-rules.ts";
import { ledgerPollRules } from "./ledger-poll-rules.ts";
import { ledgerResultRules } from "./ledger-result-rules.ts";

/** What every adapter of the `Ledger` port promises. */
export function ledgerContract(name: string, open: () => OpenLedger): void {
  describe(`ledger, ${name}`, () => {
    const bench = new LedgerBench(open);
    describe("polls", () => ledgerPollRules(bench));
    describe("ballots", () => ledgerBallotRules(bench));
    describe("results", () => ledgerResultRules(bench));
    describe("marks", () => ledgerMarkRules(bench));
  });
}
