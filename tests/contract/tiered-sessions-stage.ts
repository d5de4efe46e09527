import { afterAll, afterEach, beforeAll, beforeEach } from "bun:test";
import type { RedisCluster, RedisClusterOptions } from "../../infra/local/redis-cluster.ts";
import type { RedisNode } from "../../infra/local/redis-node.ts";
import type { SessionKey } from "../../server/app/session.ts";
import type { DynamoSettings } from "../../server/store/dynamo/connect-dynamo.ts";
import { sessionKey } from "../../server/store/redis/session-value.ts";
import type { AccountId, SessionId } from "../../shared/ids.ts";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import { type SteppableClock, steppableClock } from "../support/fixtures.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";
import { newAccountId, newSessionId } from "./session-tier-bench.ts";
import { authOf } from "./tiered-sessions-contract.ts";
import { SessionNode, type SessionNodeParts } from "./tiered-sessions-node.ts";

/** From the acknowledgement on (ms) until a session that was revoked may not work anywhere: T2. */
const REVOKED_WITHIN_MS = 2_000;

export interface SignedInSession {
  readonly sessionId: SessionId;
  readonly accountId: AccountId;
}

/** Both stores, real, and a way to break each. A cluster for all tests of a `describe`, and a table for each test. */
export class SessionsStage {
  readonly #nodes: SessionNode[] = [];
  readonly #proxies: TcpProxy[] = [];
  #cluster: RedisCluster | undefined;
  #dynamo: TestDynamo | undefined;
  #table: TestDynamo["settings"] | undefined;
  #way: TcpProxy | undefined;
  clock: SteppableClock = steppableClock();

  constructor(options: RedisClusterOptions = {}) {
    beforeAll(async () => {
      [this.#cluster, this.#dynamo] = await Promise.all([startTestCluster(options), startDynamo()]);
    }, 30_000);
    afterAll(async () => {
      await Promise.all([this.#cluster?.stop(), this.#dynamo?.[Symbol.asyncDispose]()]);
    });
    beforeEach(async () => {
      this.#table = await this.#dynamo?.makeTable();
      // A clock of its own for what is over; it goes on as the real one does, because Redis deletes by that.
      const stepped = steppableClock(0);
      this.clock = { now: () => Date.now() + stepped.now(), step: stepped.step };
      this.#way = await this.dynamoWay();
    });
    afterEach(async () => {
      this.#way?.pass();
      await this.heal();
      await Promise.all(this.#nodes.splice(0).map((node) => node.close()));
      await Promise.all(this.#proxies.splice(0).map((proxy) => proxy.stop()));
    }, 30_000);
  }

  get cluster(): RedisCluster {
    return must(this.#cluster);
  }

  /** The way of all nodes to DynamoDB that have none of their own. */
  get database(): TcpProxy {
    return must(this.#way);
  }

  get addresses(): { host: string; port: number }[] {
    return this.cluster.nodes.map(({ host, port }) => ({ host, port }));
  }

  /** A way to DynamoDB for a node alone. */
  async dynamoWay(): Promise<TcpProxy> {
    const { host, port } = must(this.#dynamo);
    const proxy = await TcpProxy.start({ host, port });
    this.#proxies.push(proxy);
    return proxy;
  }

  dynamoBy(way: TcpProxy): DynamoSettings {
    return { ...must(this.#table), endpoint: `http://127.0.0.1:${way.port}` };
  }

  /** A node that has begun to look for its stores. */
  start(parts: Partial<SessionNodeParts> = {}): SessionNode {
    const node = new SessionNode({
      redis: { nodes: this.addresses },
      dynamo: this.dynamoBy(this.database),
      clock: this.clock.now,
      ...parts,
    });
    this.#nodes.push(node);
    return node;
  }

  /** A node at level 0. */
  async open(parts: Partial<SessionNodeParts> = {}): Promise<SessionNode> {
    const node = this.start(parts);
    await this.normal(node);
    return node;
  }

  /** Resolves when this node finds all shards well, and believes Redis about critical data. */
  async normal(node: SessionNode): Promise<void> {
    // Three shards: of so many sessions some are on each.
    const probes = Array.from({ length: 12 }, () => newSessionId());
    await waitFor("level 0", () => probes.every((id) => node.levelOf(id) === 0), 20_000);
    const believed = async (sessionId: SessionId) => {
      const { fallbacks } = node.sessions.figures();
      await node.sessions.read(sessionId, "auth");
      return node.sessions.figures().fallbacks === fallbacks;
    };
    for (const id of probes) await waitFor("Redis to be believed", () => believed(id), 10_000);
  }

  async signIn(
    node: SessionNode,
    { accountId = newAccountId(), sessionId = newSessionId() }: Partial<SignedInSession> = {},
  ): Promise<SignedInSession> {
    await node.sessions.create(sessionId, { auth: authOf(accountId), csrf: "token" });
    return { sessionId, accountId };
  }

  masterOf(sessionId: SessionId): Promise<RedisNode> {
    return this.cluster.masterOf(sessionKey({ sessionId, category: "auth" }));
  }

  /** The id of a session that this master will have. */
  async idOn(master: RedisNode): Promise<SessionId> {
    for (;;) {
      const sessionId = newSessionId();
      if ((await this.masterOf(sessionId)) === master) return sessionId;
    }
  }

  /** What the master has, as it is. */
  async raw(key: SessionKey): Promise<string | null> {
    return (await this.masterOf(key.sessionId)).redis.get(sessionKey(key));
  }

  /** All servers run, and every replica follows its master. */
  async heal(): Promise<void> {
    for (const server of this.cluster.nodes) {
      if (server.answers) server.thaw();
      else await this.cluster.restart(server);
      // What `cutReplication` changed; a server that was promoted since could follow nobody.
      await server.redis.config("SET", "masterauth", "");
    }
    await this.cluster.settled();
  }

  /** Every server forgets everything. */
  async wipe(): Promise<void> {
    const masters = await Promise.all([0, 6_000, 12_000].map((slot) => this.cluster.masterOf(slot)));
    await Promise.all(masters.map(({ redis }) => redis.flushall()));
  }
}

/**
 * T2: asks the nodes again and again, from now, which is the acknowledgement, until `until` resolves and two seconds have
 * passed. Throws if one of them finds the session after the two seconds. Answers when (ms after) each last did.
 */
export async function staysRevoked(
  nodes: readonly SessionNode[],
  sessionId: SessionId,
  until: Promise<unknown> = Promise.resolve(),
): Promise<number> {
  const from = performance.now();
  let [isOver, lastFound] = [false, 0];
  const over = until.finally(() => {
    isOver = true;
  });
  const ask = async (node: SessionNode) => {
    const { kind } = await node.sessions.read(sessionId, "auth");
    const after = performance.now() - from;
    if (kind === "found") lastFound = Math.max(lastFound, after);
    if (kind === "found" && after > REVOKED_WITHIN_MS) throw new Error(`found ${Math.round(after)} ms after`);
    return after;
  };
  await Promise.all(
    nodes.map((node) =>
      waitFor("the time to pass", async () => (await ask(node)) > REVOKED_WITHIN_MS + 200 && isOver, 40_000),
    ),
  );
  await over;
  return lastFound;
}

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("It is there only while a test runs.");
  return value;
}
