import { afterAll, afterEach, beforeAll, beforeEach, expect } from "bun:test";
import type { RedisCluster, RedisClusterOptions } from "../../infra/local/redis-cluster.ts";
import type { RedisSettings } from "../../server/store/redis/connect-redis.ts";
import type { PollId } from "../../shared/ids.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { PollKeysThere, TierBench } from "./redis-tier-bench.ts";

/** A cluster for all tests of a file, and a tier for each. Make it within `describe`. */
export class TierStage {
  #cluster: RedisCluster | undefined;
  #bench: TierBench | undefined;

  constructor(options: RedisClusterOptions = {}, access: Omit<RedisSettings, "nodes"> = {}) {
    beforeAll(async () => {
      this.#cluster = await startTestCluster(options);
    }, 30_000);
    afterAll(() => this.#cluster?.stop());
    beforeEach(() => {
      this.#bench = new TierBench(this.cluster.nodes, access);
    });
    afterEach(async () => {
      await this.#bench?.tier.close();
      this.#bench = undefined;
    });
  }

  get cluster(): RedisCluster {
    if (!this.#cluster) throw new Error("There is a cluster only while tests run.");
    return this.#cluster;
  }

  get bench(): TierBench {
    if (!this.#bench) throw new Error("There is a tier only while a test runs.");
    return this.#bench;
  }

  /** V3, on the master: returns what is counted. */
  async votesMatchBallots(pollId: PollId): Promise<Record<string, number>> {
    const { counted, ofBallots } = await (await PollKeysThere.of(this.cluster, pollId)).counts();
    expect(counted).toEqual(ofBallots);
    return counted;
  }
}
