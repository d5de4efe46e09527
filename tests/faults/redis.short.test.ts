/** The faults that matter most, in the test command. `bun run faults redis` plays all. */
import { afterAll, test } from "bun:test";
import { type FaultFigures, tableOf } from "./figures.ts";
import { nodeKilled } from "./node-faults.ts";
import { masterKilled, pollMigrates, replicaLags } from "./redis-faults.ts";
import { playFault } from "./stage.ts";

const TIME_MS = 60_000;

const played: FaultFigures[] = [];
afterAll(() => console.log(`\n${tableOf(played)}\n`));

test(
  "[X10][V1][V2][V3][V5] a master is killed under votes",
  async () => {
    played.push(await playFault("master killed", masterKilled));
  },
  TIME_MS,
);

test(
  "[X11][V1][V2][V3][V5] a node is killed under votes",
  async () => {
    played.push(await playFault("node killed", nodeKilled, { nodesLost: 1 }));
  },
  TIME_MS,
);

test(
  "[X12][V1][V2][V3][V5] a replica that lags takes over",
  async () => {
    played.push(await playFault("replica lags, master killed", replicaLags));
  },
  TIME_MS,
);

test(
  "[X13][V1][V2][V3][V5] the hot poll moves to a shard that joined",
  async () => {
    played.push(await playFault("poll migrates", pollMigrates));
  },
  TIME_MS,
);
