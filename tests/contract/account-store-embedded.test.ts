import { openDatabase } from "../../server/store/embedded/database.ts";
import { EmbeddedAccountStore } from "../../server/store/embedded/embedded-account-store.ts";
import { accountStoreContract } from "./account-store-contract.ts";
import { dataFolder } from "./embedded-harness.ts";

accountStoreContract("embedded", async () => {
  const folder = await dataFolder();
  const open = () => {
    const database = openDatabase(folder.directory);
    return { database, store: new EmbeddedAccountStore(database) };
  };
  const close = async ({ database, store }: ReturnType<typeof open>) => {
    await store.close();
    database.close(true);
  };
  let opened = open();
  return {
    get store() {
      return opened.store;
    },
    get other() {
      return opened.store;
    },
    async reopen() {
      await close(opened);
      opened = open();
    },
    async dispose() {
      await close(opened);
      await folder[Symbol.asyncDispose]();
    },
  };
});
