import { afterAll } from "bun:test";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { startDynamo } from "../support/dynalite.ts";
import { ledgerContract } from "./ledger-contract.ts";

const dynamo = await startDynamo();
afterAll(() => dynamo[Symbol.asyncDispose]());

ledgerContract("DynamoDB", () => (clock) => {
  const { settings } = dynamo;
  return new DynamoLedger({ settings, ballotRetentionDays: 30, clock: clock.now });
});
