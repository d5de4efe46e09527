/** What the HTTP edge needs from the rest of the node. `wiring.ts` provides it. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { PollId } from "../../shared/ids.ts";
import type { OpsReport } from "../../shared/ops-report.ts";
import type { RefusalCode } from "../../shared/refusals.ts";
import type { CastBallotPorts } from "../app/cast-ballot.ts";
import type { Clock } from "../app/ports.ts";
import type { RoomBus, RoomStore } from "../app/room-ports.ts";
import type { Log } from "../ops/log.ts";
import type { Telemetry } from "../ops/telemetry.ts";
import type { Upgrade } from "./connection.ts";
import type { Hosting } from "./hosting.ts";
import type { Identity } from "./identity.ts";
import type { RateLimits } from "./rate-limits.ts";

/** The settings that the edge obeys; `Config` has them all. */
export interface EdgeSettings {
  /** Where browsers reach the service; `null`: scheme and Host of each request. */
  readonly publicOrigin: string | null;
  /** Proxies in front whose forwarding headers are believed. */
  readonly trustProxy: number;
  readonly nodeName: string;
  readonly environment: string;
  /** `null`: the embedded store. */
  readonly redis: object | null;
  /** `null`: metrics and figures are for loopback only. */
  readonly opsToken: string | null;
}

export interface EdgePorts extends CastBallotPorts {
  readonly rooms: RoomStore;
  readonly roomBus: RoomBus;
  readonly clock: Clock;
  readonly settings: EdgeSettings;
  readonly identity: Identity;
  /** Accounts and sessions, as `createHosting` makes them; `null`: nobody can sign in here. */
  readonly hosting: Hosting | null;
  readonly limits: RateLimits;
  readonly telemetry: Telemetry;
  readonly log: Log;
  /** How the stores are at this moment. */
  readonly ops: () => OpsReport;
  /** Name in that report of the shard that a poll is on; `null`: there are none, or it is not known. */
  readonly shardOf: (pollId: PollId) => string | null;
  /** Whether the node has started. Stays true while a store is away. */
  readonly isReady: () => boolean;
  readonly isDraining: () => boolean;
  /** Makes a socket of the request, answering it with `headers`; `false` if it is not a WebSocket handshake. */
  readonly upgrade: (request: Request, data: Upgrade, headers: Record<string, string>) => boolean;
  /** Registers `/`, `/:code`, `/login`, `/account` and `/assets/*`. */
  readonly pages?: (app: EdgeApp, ports: EdgePorts) => void;
}

/** Hono's types of this edge: what comes in with a request, and what its steps tell each other. */
export interface EdgeEnv {
  readonly Bindings: {
    /** Address of the other end of the connection: a proxy's, where there is one. `null` if it is gone already. */
    readonly peer: string | null;
  };
  readonly Variables: {
    /** The refusal this request was answered with, for log and metrics. */
    refusal?: RefusalCode;
    /** Of pages: in which language they answer (`language.ts`). */
    language?: string;
  };
}

export type EdgeApp = OpenAPIHono<EdgeEnv>;
export type EdgeContext = Context<EdgeEnv>;
