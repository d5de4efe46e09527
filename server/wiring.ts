/** Where adapters meet ports, with `open-stores.ts`: from a configuration to a running node. */
import type { Server } from "bun";
import { Definitions } from "./app/definitions.ts";
import { endDuePolls } from "./app/end-due-polls.ts";
import { Outage } from "./app/outage.ts";
import type { Clock } from "./app/ports.ts";
import { repeat } from "./app/repeat.ts";
import { RevisionClock } from "./app/revision-clock.ts";
import type { Config } from "./config.ts";
import { buildAssets } from "./edge/assets.ts";
import type { SocketData } from "./edge/connection.ts";
import { createHosting } from "./edge/hosting.ts";
import { buildHttp } from "./edge/http.ts";
import { createIdentity } from "./edge/identity.ts";
import { registerOpsPage } from "./edge/ops-page.tsx";
import { registerPages } from "./edge/pages.tsx";
import { createRateLimits } from "./edge/rate-limits.ts";
import { Sockets } from "./edge/socket.ts";
import { LivePolls } from "./fanout/live-polls.ts";
import { LiveRooms } from "./fanout/live-rooms.ts";
import { openStores } from "./open-stores.ts";
import { createLog } from "./ops/log.ts";
import { createTelemetry } from "./ops/telemetry.ts";
import { troubleLog } from "./ops/trouble-log.ts";

/** How often the node looks for polls whose time has passed (ms): how late a natural end may be. */
const END_EVERY_MS = 250;
const FORGET_EVERY_MS = 60 * 60 * 1_000;
/** What is left of requests may take this long once the sockets are gone (ms); one that never ends would hold the node. */
const LAST_REQUESTS_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

export interface Node {
  readonly host: string;
  readonly port: number;
  /** Sends the browsers away, spread over `spreadMs`, and lets go of everything. Resolves when all is kept. */
  drain(spreadMs: number): Promise<void>;
}

/**
 * Starts a node and resolves when it serves. `clock` is the wall clock, epoch ms; tests bring their own. Rejects with a
 * message for the operator if the data folder or the port cannot be had.
 */
export async function startNode(config: Config, clock: Clock = Date.now): Promise<Node> {
  const log = createLog({ level: config.logLevel, node: config.nodeName, environment: config.environment });
  const onTrouble = troubleLog(log);
  const assets = await buildAssets();
  const telemetry = createTelemetry();
  const stores = await openStores(config, clock, log, telemetry);
  const { polls, bus, rooms, roomBus, secrets, forgetBallots, ops, shardOf, close } = stores;
  const hosting = createHosting({ ...stores, settings: config, clock });
  telemetry.showStores(ops);
  const publisher = { publish: (topic: string, frame: string) => server.publish(topic, frame) > 0 };
  const live = { polls, clock, publisher, node: config.nodeName, onTrouble };
  const livePolls = new LivePolls(bus, live, telemetry);
  const definitions = new Definitions(polls);
  const liveRooms = new LiveRooms(roomBus, { ...live, rooms, definitions, livePolls });
  const voting = { polls, clock, telemetry, definitions, revisions: new RevisionClock(clock) };
  const ports = { ...voting, rooms, roomBus, ballotListener: livePolls, livePolls, liveRooms, onTrouble };
  const sockets = new Sockets({
    ...ports,
    hosting,
    node: config.nodeName,
    framesPerSecond: config.framesPerSecond,
  });
  const identity = createIdentity(secrets, config);
  let draining = false;
  const http = buildHttp({
    ...ports,
    settings: config,
    identity,
    hosting,
    limits: createRateLimits({ ballotsPerSecond: config.framesPerSecond }),
    log,
    ops,
    shardOf,
    isReady: () => true,
    isDraining: () => draining,
    upgrade: (request, data, headers) => server.upgrade(request, { data, headers }),
    pages: (app, edge) => {
      registerOpsPage(app, { settings: config, telemetry, ops, clock, assets, isDraining: () => draining });
      registerPages(app, { ...edge, assets });
    },
  });
  const server: Server<SocketData> = Bun.serve<SocketData>({
    hostname: config.host,
    port: config.port,
    fetch: (request, bun) => http.fetch(request, bun),
    websocket: sockets.handler,
  });
  const stopEnding = repeat(
    () => END_EVERY_MS,
    () => endDuePolls(voting),
    // That a store is away is told by whoever watches over it.
    (trouble) => void (trouble instanceof Outage || onTrouble("end due polls", trouble)),
  );
  const stopForgetting = repeat(
    () => FORGET_EVERY_MS,
    forget,
    (trouble) => onTrouble("forget old ballots", trouble),
  );

  async function forget(): Promise<void> {
    const forgotten = await forgetBallots(clock() - config.ballotRetentionDays * DAY_MS);
    if (forgotten > 0) log.info({ polls: forgotten }, "forgot the ballots of polls past their retention");
  }

  return {
    host: config.host,
    port: server.port ?? config.port,
    async drain(spreadMs) {
      draining = true;
      await sockets.drain(spreadMs);
      const cut = setTimeout(() => void server.stop(true), LAST_REQUESTS_MS);
      await server.stop();
      clearTimeout(cut);
      stopEnding();
      stopForgetting();
      liveRooms.stop();
      livePolls.stop();
      await close();
    },
  };
}
