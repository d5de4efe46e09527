/** Rooms as a node has them that was opened with each kind of configuration. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { isConfigError, readConfig } from "../../server/config.ts";
import { openStores } from "../../server/open-stores.ts";
import { createLog } from "../../server/ops/log.ts";
import type { Stores } from "../../server/stores.ts";
import { startDynamo, type TestDynamo } from "../support/dynalite.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { roomOf, stepOf } from "../support/room-fixtures.ts";
import { inTime, waitFor } from "../support/wait-for.ts";
import { dataFolder } from "./embedded-harness.ts";

describe("rooms of a node", () => {
  let cluster: RedisCluster;
  let dynamo: TestDynamo;
  beforeAll(async () => {
    [cluster, dynamo] = await Promise.all([startTestCluster(), startDynamo()]);
  }, 30_000);
  afterAll(() => Promise.all([cluster?.stop(), dynamo?.[Symbol.asyncDispose]()]));

  const withRedis = () => ({ REDIS_NODES: cluster.nodes.map(({ host, port }) => `${host}:${port}`).join() });
  const withLedger = () => ({
    DYNAMODB_TABLE: dynamo.settings.table,
    DYNAMODB_ENDPOINT: dynamo.settings.endpoint,
  });

  async function open(variables: Record<string, string>): Promise<Stores> {
    const secret = { SESSION_SECRET: "only-this-test-knows-it" };
    const config = readConfig({ ...secret, ...variables });
    if (isConfigError(config)) throw new Error(config.problem);
    const log = createLog({ level: "silent", node: "test", environment: "test" });
    return openStores(config, Date.now, log, { ledgerRequest() {} });
  }

  const shapes = [
    ["Redis alone", () => withRedis()],
    ["a ledger alone", () => withLedger()],
    ["Redis above a ledger", () => ({ ...withRedis(), ...withLedger() })],
  ] as const;

  test.each(shapes)(
    "[Q55] with %s two nodes have the same rooms, and close",
    async (name, variables) => {
      const [one, other] = [await open(variables()), await open(variables())];
      const room = roomOf();
      let heard = 0;
      other.roomBus.follow(room.roomId, () => {
        heard += 1;
      });
      expect(await one.rooms.create(room)).toBe("created");
      expect(await other.rooms.replace(stepOf(room))).toBe("done");
      expect(await one.rooms.read(room.roomId)).toEqual(stepOf(room));
      const tell = () => {
        one.roomBus.tell(room.roomId);
        return heard > 0;
      };
      if (name !== "a ledger alone") await waitFor("the other node to hear", tell, 10_000);
      other.roomBus.tell(room.roomId);
      expect(heard).toBeGreaterThan(0);
      await inTime("both to close", Promise.all([one.close(), other.close()]));
    },
    30_000,
  );

  test("[Q55] with a file a room is there when the node is back", async () => {
    await using folder = await dataFolder();
    const room = roomOf();
    const node = await open({ DATA_DIR: folder.directory });
    await node.rooms.create(room);
    await node.close();
    const back = await open({ DATA_DIR: folder.directory });
    let heard = 0;
    back.roomBus.follow(room.roomId, () => {
      heard += 1;
    });
    expect(await back.rooms.read(room.roomId)).toEqual(room);
    back.roomBus.tell(room.roomId);
    expect(heard).toBe(1);
    await back.close();
  });
});
