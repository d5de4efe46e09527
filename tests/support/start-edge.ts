/** The HTTP edge in this process, on a real store in a folder of its own. `await using` takes it down. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Definitions } from "../../server/app/definitions.ts";
import type { Clock, PollStore } from "../../server/app/ports.ts";
import { RevisionClock } from "../../server/app/revision-clock.ts";
import type { RoomStore } from "../../server/app/room-ports.ts";
import type { AccountStore, SessionStore } from "../../server/app/session-ports.ts";
import type { Upgrade } from "../../server/edge/connection.ts";
import type { EdgePorts, EdgeSettings } from "../../server/edge/edge-ports.ts";
import { createHosting, type Hosting } from "../../server/edge/hosting.ts";
import { buildHttp, type Http } from "../../server/edge/http.ts";
import { createIdentity } from "../../server/edge/identity.ts";
import type { SignInLimitSizes } from "../../server/edge/memory-sign-in-limits.ts";
import { createRateLimits, type RateLimitSizes } from "../../server/edge/rate-limits.ts";
import { LocalRoomBus } from "../../server/fanout/local-room-bus.ts";
import { createLog } from "../../server/ops/log.ts";
import { createTelemetry, type Telemetry } from "../../server/ops/telemetry.ts";
import { openEmbeddedPollStore } from "../../server/store/embedded/embedded-poll-store.ts";
import type { PollView, RoomUpdate } from "../../shared/messages.ts";
import { NO_STORES, NO_TIERS, type OpsReport } from "../../shared/ops-report.ts";
import { CookieBrowser } from "./cookie-browser.ts";
import { type SteppableClock, steppableClock } from "./fixtures.ts";
import { openHostStores } from "./open-host-stores.ts";

export const ORIGIN = "http://pollcast.test";
export const SECRET = "a secret for tests only";

export interface EdgeParts {
  readonly settings?: Partial<EdgeSettings>;
  readonly secrets?: readonly string[];
  readonly limits?: Partial<RateLimitSizes>;
  readonly ready?: boolean;
  readonly draining?: boolean;
  /** What the upgrade says; `true` unless given. */
  readonly upgrades?: boolean;
  readonly pages?: EdgePorts["pages"];
  /** Takes something of accounts and sessions away, or all of it; they are those of an embedded node. */
  readonly wrapHosting?: (hosting: Hosting) => Hosting | null;
  readonly signInLimits?: Partial<SignInLimitSizes>;
  /** How the stores are said to be; those of a node on its own unless given. */
  readonly ops?: OpsReport;
}

export interface Call extends RequestInit {
  /** Address of the other end of the connection; another machine's unless given. */
  readonly peer?: string | null;
  readonly headers?: Record<string, string>;
}

export interface Upgraded {
  readonly data: Upgrade;
  readonly headers: Record<string, string>;
}

export interface Edge extends AsyncDisposable {
  readonly http: Http;
  readonly polls: PollStore;
  readonly rooms: RoomStore;
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  readonly clock: SteppableClock;
  readonly telemetry: Telemetry;
  /** Everything logged so far, one JSON line each. */
  readonly logged: readonly string[];
  readonly upgraded: readonly Upgraded[];
  call(path: string, call?: Call): Promise<Response>;
  /** Sends JSON. */
  send(method: string, path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Makes a poll; two options and open unless said. */
  makePoll(text?: object): Promise<MadePoll>;
  /** Makes a room with these questions, each with two options. */
  makeRoom(questions?: readonly string[], room?: object): Promise<MadeRoom>;
  /** A browser's cookie, as `Cookie` header. */
  newVoter(): Promise<{ cookie: string }>;
  /** A browser without any cookie. */
  newBrowser(): CookieBrowser;
}

export interface MadePoll {
  readonly pollId: string;
  /** `/api/polls/…` */
  readonly path: string;
  readonly host: { readonly "x-host-key": string };
}

export interface MadeRoom {
  readonly roomId: string;
  /** Codes of its polls, in order. */
  readonly polls: readonly string[];
  /** `/api/rooms/…` */
  readonly path: string;
  readonly host: { readonly "x-host-key": string };
}

export async function startEdge(parts: EdgeParts = {}): Promise<Edge> {
  const directory = await mkdtemp(join(tmpdir(), "pollcast-edge-"));
  const clock = steppableClock();
  const polls = openEmbeddedPollStore({ directory, clock: clock.now, tell: () => undefined });
  const telemetry = createTelemetry();
  const logged: string[] = [];
  const upgraded: Upgraded[] = [];
  const hosts = openHostStores(join(directory, "hosts"), clock.now);
  const http = buildHttp({ ...portsOf(parts, { polls, ...hosts }, clock.now, logged, upgraded), telemetry });
  const call: Edge["call"] = async (path, { peer = "203.0.113.9", ...init } = {}) => {
    const headers = { host: "pollcast.test", ...init.headers };
    return http.fetch(new Request(`${ORIGIN}${path}`, { ...init, headers }), {
      requestIP: () => (peer === null ? null : { address: peer }),
    });
  };
  return {
    http,
    polls,
    rooms: hosts.rooms,
    sessions: hosts.sessions,
    accounts: hosts.accounts,
    clock,
    telemetry,
    logged,
    upgraded,
    call,
    ...conveniences(call),
    async [Symbol.asyncDispose]() {
      await polls.close();
      await hosts.close();
      await rm(directory, { recursive: true });
    },
  };
}

function portsOf(
  parts: EdgeParts,
  { polls, rooms, sessions, accounts }: Pick<Edge, "polls" | "rooms" | "sessions" | "accounts">,
  clock: Clock,
  logged: string[],
  upgraded: Upgraded[],
): Omit<EdgePorts, "telemetry"> {
  const node = "node-under-test";
  const proxies = { publicOrigin: null, trustProxy: 0 };
  const settings = {
    ...proxies,
    nodeName: node,
    environment: "test",
    redis: null,
    opsToken: null,
    ...parts.settings,
  };
  const secrets = parts.secrets ?? [SECRET];
  const limits = parts.signInLimits ?? {};
  const hosting = createHosting({ sessions, accounts, secrets, settings, clock, limits });
  const destination = { write: (line: string) => logged.push(line) };
  return {
    polls,
    rooms,
    roomBus: new LocalRoomBus(),
    clock,
    definitions: new Definitions(polls),
    revisions: new RevisionClock(clock),
    ballotListener: { ballotCounted: () => undefined },
    settings,
    identity: createIdentity(secrets, settings),
    hosting: hosting && parts.wrapHosting ? parts.wrapHosting(hosting) : hosting,
    limits: createRateLimits(parts.limits),
    log: createLog({ level: "debug", node, environment: "test" }, destination),
    ops: () => parts.ops ?? { ...NO_STORES, ...NO_TIERS },
    shardOf: () => null,
    isReady: () => parts.ready ?? true,
    isDraining: () => parts.draining ?? false,
    upgrade: (_request, data, headers) => {
      upgraded.push({ data, headers });
      return parts.upgrades ?? true;
    },
    ...(parts.pages && { pages: parts.pages }),
  };
}

function conveniences(
  call: Edge["call"],
): Pick<Edge, "send" | "makePoll" | "makeRoom" | "newVoter" | "newBrowser"> {
  const send: Edge["send"] = (method, path, body, headers = {}) =>
    call(path, {
      method,
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });
  return {
    send,
    newBrowser: () => new CookieBrowser(call, ORIGIN),
    async makePoll(text = {}) {
      const made = await send("POST", "/api/polls", {
        question: "Tea or coffee?",
        options: ["Tea", "Coffee"],
        ...text,
      });
      if (made.status !== 201) throw new Error(`No poll was made: ${await made.text()}`);
      const { poll, hostKey } = (await made.json()) as { poll: PollView["poll"]; hostKey: string };
      return { pollId: poll.pollId, path: `/api/polls/${poll.pollId}`, host: { "x-host-key": hostKey } };
    },
    async makeRoom(questions = [], parts = {}) {
      const polls = questions.map((question) => ({ question, options: ["Yes", "No"] }));
      const made = await send("POST", "/api/rooms", { polls, ...parts });
      if (made.status !== 201) throw new Error(`No room was made: ${await made.text()}`);
      const { room, hostKey } = (await made.json()) as { room: RoomUpdate; hostKey: string };
      return {
        roomId: room.roomId,
        polls: room.polls.map(({ pollId }) => pollId),
        path: `/api/rooms/${room.roomId}`,
        host: { "x-host-key": hostKey },
      };
    },
    async newVoter() {
      const answer = await call("/api/session", { method: "POST" });
      return { cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" };
    },
  };
}
