import { afterAll } from "bun:test";
import { DynamoAccountStore } from "../../server/store/dynamo/dynamo-account-store.ts";
import { startDynamo } from "../support/dynalite.ts";
import { accountStoreContract } from "./account-store-contract.ts";

/** Twenty at once take dynalite some time on a machine that does other things too. */
const PATIENT = { attemptMs: 2_000, deadlineMs: 4_000 };

const dynamo = await startDynamo();
afterAll(() => dynamo[Symbol.asyncDispose]());

accountStoreContract("DynamoDB", async () => {
  const openBoth = () =>
    [0, 1].map(() => new DynamoAccountStore({ settings: dynamo.settings, times: PATIENT }));
  let stores = openBoth();
  const at = (index: number) => {
    const store = stores[index];
    if (!store) throw new Error("there are two");
    return store;
  };
  const close = () => Promise.all(stores.map((store) => store.close()));
  return {
    get store() {
      return at(0);
    },
    get other() {
      return at(1);
    },
    async reopen() {
      await close();
      stores = openBoth();
    },
    dispose: async () => void (await close()),
  };
});
