import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type EmbeddedPollStore,
  type EmbeddedPollStoreOptions,
  openEmbeddedPollStore,
} from "../../server/store/embedded/embedded-poll-store.ts";
import { steppableClock } from "../support/fixtures.ts";
import { NewsLog } from "./news-log.ts";
import type { PollStoreHarness } from "./poll-store-harness.ts";

/** An empty data folder of its own, and how to be rid of it. */
export async function dataFolder(): Promise<{ directory: string; [Symbol.asyncDispose](): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "pollcast-store-"));
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

/** The embedded adapter in a data folder of its own, under a clock that stands still. */
export async function embeddedHarness(options: Partial<EmbeddedPollStoreOptions> = {}) {
  const folder = await dataFolder();
  const clock = steppableClock();
  const news = new NewsLog();
  const open = (): EmbeddedPollStore =>
    openEmbeddedPollStore({ directory: folder.directory, clock: clock.now, tell: news.tell, ...options });
  let store = open();
  return {
    get store() {
      return store;
    },
    clock,
    news,
    joined: "in memory",
    async reopen() {
      await store.close();
      store = open();
    },
    async dispose() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  } satisfies PollStoreHarness;
}
