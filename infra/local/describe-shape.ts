import type { LocalShape } from "./local-shape.ts";
import { viewOf } from "./node-state.ts";
import type { RedisCluster } from "./redis-cluster.ts";

/** One line for each process: name, process id, address, part it plays. */
export async function describeShape(shape: LocalShape): Promise<string> {
  const rows = [
    ...(await redisRows(shape.redis)),
    ...(shape.ledger ? [["ledger", `${shape.ledger.pid}`, shape.ledger.endpoint, "in memory"]] : []),
    ...shape.nodes.map(({ name, pid, origin }) => [name, `${pid}`, origin, ""]),
    ["haproxy", `${shape.haproxy.pid}`, shape.haproxy.origin, `before ${shape.nodes.length} nodes`],
  ];
  return rows
    .map(([name = "", pid = "", address = "", part = ""]) =>
      `${name.padEnd(10)}pid ${pid.padEnd(9)}${address.padEnd(24)}${part}`.trimEnd(),
    )
    .join("\n");
}

async function redisRows(redis: RedisCluster): Promise<string[][]> {
  return Promise.all(
    redis.nodes.map(async (node) => {
      const self = (await viewOf(node)).find((seen) => seen.myself);
      const part = self?.masterId
        ? `replica of ${redis.node(self.masterId).name}`
        : `slots ${self?.slots.map((range) => range.join("-")).join(" ")}`;
      return [node.name, `${node.pid}`, node.address, part];
    }),
  );
}
