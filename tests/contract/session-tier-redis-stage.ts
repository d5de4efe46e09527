import { afterAll, afterEach, beforeAll, beforeEach } from "bun:test";
import type { RedisCluster, RedisClusterOptions } from "../../infra/local/redis-cluster.ts";
import type { RedisNode } from "../../infra/local/redis-node.ts";
import type { Clock } from "../../server/app/ports.ts";
import { RedisSessions } from "../../server/store/redis/redis-sessions.ts";
import { sessionKey } from "../../server/store/redis/session-value.ts";
import { TierConnection } from "../../server/store/redis/tier-connection.ts";
import type { SessionId } from "../../shared/ids.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { waitFor } from "../support/wait-for.ts";
import { HandBreakers } from "./redis-tier-bench.ts";
import { newSessionId } from "./session-tier-bench.ts";

type Address = { readonly host: string; readonly port: number };

/** Sessions over a connection of their own. To be closed. */
export class SessionLine {
  readonly breakers = new HandBreakers();
  readonly connection: TierConnection;
  readonly sessions: RedisSessions;

  constructor(nodes: readonly Address[], clock: Clock = Date.now, reader: Address | null = null) {
    this.connection = new TierConnection({
      settings: { nodes: nodes.map(({ host, port }) => ({ host, port })), reader },
      breakers: this.breakers,
      // The tests look at what comes of it.
      onTrouble: () => {},
      onError: () => {},
    });
    this.sessions = new RedisSessions(this.connection, clock);
  }

  /** Resolves when the shard of this session can be asked. */
  async reaches(sessionId: SessionId): Promise<void> {
    await waitFor("the shard to be found", () => !this.sessions.isAway(sessionId), 10_000);
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

/** A cluster for all tests of a `describe`, and two connected lines to it for each. */
export class SessionStage {
  #cluster: RedisCluster | undefined;
  #lines: readonly [SessionLine, SessionLine] | undefined;

  constructor(options: RedisClusterOptions = {}) {
    beforeAll(async () => {
      this.#cluster = await startTestCluster(options);
    }, 30_000);
    afterAll(() => this.#cluster?.stop());
    beforeEach(async () => {
      const { nodes } = this.cluster;
      this.#lines = [new SessionLine(nodes), new SessionLine(nodes)];
      for (const line of this.#lines) await line.reaches(newSessionId());
    });
    afterEach(async () => {
      for (const line of this.#lines ?? []) await line.close();
      this.#lines = undefined;
    });
  }

  get cluster(): RedisCluster {
    if (!this.#cluster) throw new Error("There is a cluster only while tests run.");
    return this.#cluster;
  }

  get lines(): readonly [SessionLine, SessionLine] {
    if (!this.#lines) throw new Error("There are lines only while a test runs.");
    return this.#lines;
  }

  get sessions(): RedisSessions {
    return this.lines[0].sessions;
  }

  masterOf(sessionId: SessionId): Promise<RedisNode> {
    return this.cluster.masterOf(sessionKey({ sessionId, category: "auth" }));
  }
}
