import { connectRedis } from "../../server/store/redis/connect-redis.ts";
import { RedisPollStore } from "../../server/store/redis/redis-poll-store.ts";

/** Nobody listens there: it is for TCP port services, which no machine of today has. */
const NOWHERE = { nodes: [{ host: "127.0.0.1", port: 1 }], username: undefined, password: undefined };

/** A store whose servers are nowhere. */
export function storeInOutage(): RedisPollStore {
  const clients = [
    connectRedis(NOWHERE, "single", "test"),
    connectRedis(NOWHERE, "single", "test-ballots"),
  ] as const;
  for (const client of clients) client.on("error", () => {});
  const [commands, ballots] = clients;
  return new RedisPollStore({ commands, ballots, onTrouble: () => {} });
}
