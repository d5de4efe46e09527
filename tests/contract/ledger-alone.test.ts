import { afterAll, beforeAll } from "bun:test";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import { pollStoreContract } from "./poll-store-contract.ts";
import { tieredHarness } from "./tiered-harness.ts";

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo[Symbol.asyncDispose]());

pollStoreContract("the ledger alone", async () => tieredHarness(await dynamo.makeTable(), null));
