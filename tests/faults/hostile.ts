/** Throws at a node whatever may come from outside, and looks what it makes of it and what is left of it. */
import { readFileSync } from "node:fs";
import { REFUSAL_STATUS } from "../../shared/refusals.ts";
import { goTo, makePoll, makeRoom, removePoll, steer } from "../support/poll-calls.ts";
import { exchange, type RawAnswer } from "../support/raw-http.ts";
import { startNode, type TestNode } from "../support/start-node.ts";
import { waitFor } from "../support/wait-for.ts";
import { type FrameFigures, HostileClient } from "./hostile-client.ts";
import { hostileFrame } from "./hostile-frames.ts";
import { type HostileTarget, hostileRequest } from "./hostile-requests.ts";
import { Random } from "./random.ts";

export interface HostileParts {
  readonly frames: number;
  readonly requests: number;
  readonly seed: number;
}

export interface HostileReport {
  readonly frames: number;
  readonly requests: number;
  /** By type, code or status; how often. */
  readonly answersToFrames: ReadonlyMap<string, number>;
  readonly answersToRequests: ReadonlyMap<string, number>;
  /** What is not as the table says. */
  readonly complaints: readonly string[];
  /** Resident memory of the node in MB, after a third of everything and at the end. */
  readonly warmMb: number;
  readonly endMb: number;
}

/** Sockets, and connections, at the same time. */
const SOCKETS = 32;
const CONNECTIONS = 16;
/** A third warms the node up: caches, code that is compiled as it becomes hot. */
const ROUNDS = 3;

/** The node lives on; the caller goes on with it. */
export async function throwEverything(node: TestNode, parts: HostileParts): Promise<HostileReport> {
  const random = new Random(parts.seed);
  const targets = await makeTargets(node.url);
  const frames: FrameFigures = { frames: 0, answers: new Map(), complaints: [] };
  const requests: RequestFigures = { requests: 0, answers: new Map(), complaints: [] };
  let warmMb = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    await Promise.all([
      throwFrames(node, Math.ceil(parts.frames / ROUNDS), { random, targets, figures: frames }),
      throwRequests(node, Math.ceil(parts.requests / ROUNDS), { random, targets, figures: requests }),
    ]);
    if (round === 1) warmMb = await quietMemoryMb(node);
  }
  return {
    frames: frames.frames,
    requests: requests.requests,
    answersToFrames: frames.answers,
    answersToRequests: requests.answers,
    complaints: [...frames.complaints, ...requests.complaints],
    warmMb,
    endMb: await quietMemoryMb(node),
  };
}

export async function startHostileNode(): Promise<TestNode> {
  return startNode({ env: { FRAMES_PER_SECOND: "0" } });
}

async function makeTargets(url: string): Promise<HostileTarget[]> {
  const [closed, removed] = [await makePoll(url), await makePoll(url)];
  await steer(url, closed, "close");
  await removePoll(url, removed);
  const [room, empty] = [await makeRoom(url, ["Now?", "Then?"]), await makeRoom(url)];
  await goTo(url, room, room.polls[0]);
  return [
    { pollId: room.roomId, hostKey: room.hostKey },
    { pollId: empty.roomId, hostKey: empty.hostKey },
    await makePoll(url),
    await makePoll(url, { kind: "multiple", settings: { resultsVisibility: "afterVote", maxChoices: 2 } }),
    await makePoll(url, { kind: "rating", options: undefined }),
    await makePoll(url, { open: false }),
    closed,
    removed,
    { pollId: "ZZZZZZZZ", hostKey: "none" },
  ];
}

interface Throwing<Figures> {
  readonly random: Random;
  readonly targets: readonly HostileTarget[];
  readonly figures: Figures;
}

async function throwFrames(
  node: TestNode,
  count: number,
  { random, targets, figures }: Throwing<FrameFigures>,
): Promise<void> {
  const pollIds = targets.map(({ pollId }) => pollId);
  let left = count;
  const keepThrowing = async () => {
    const client = new HostileClient(node.wsUrl, figures);
    while (left-- > 0) await client.send(hostileFrame(random, { pollIds }, `frame ${left}`));
    client.close();
  };
  await Promise.all(Array.from({ length: SOCKETS }, keepThrowing));
}

interface RequestFigures {
  requests: number;
  readonly answers: Map<string, number>;
  readonly complaints: string[];
}

async function throwRequests(
  node: TestNode,
  count: number,
  { random, targets, figures }: Throwing<RequestFigures>,
): Promise<void> {
  const port = Number(new URL(node.url).port);
  let left = count;
  const keepThrowing = async () => {
    while (left-- > 0) {
      const request = hostileRequest(random, targets);
      const answer = await exchange(port, request);
      figures.requests += 1;
      const status = answer.status === null ? "closed" : String(answer.status);
      figures.answers.set(status, (figures.answers.get(status) ?? 0) + 1);
      const complaint = judge(answer);
      if (!complaint) continue;
      figures.complaints.push(`${complaint}: ${Buffer.from(request).toString("latin1").slice(0, 500)}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, keepThrowing));
}

/** What is wrong with an answer; `null`: nothing. */
function judge({ status, contentType, body }: RawAnswer): string | null {
  // Bun's parser says 505 by itself, to bytes that are no HTTP/1; the node itself says nothing from 500 on here.
  if (status !== null && status >= 500 && status !== 505) return `answered with ${status}`;
  if (contentType !== "application/problem+json" || body === "") return null;
  const problem = JSON.parse(body) as { status: number; code?: string };
  if (problem.status !== status) return `${status} says that it is ${problem.status}`;
  if (problem.code === undefined) return null;
  const expected = Reflect.get(REFUSAL_STATUS, problem.code);
  return expected === status ? null : `${problem.code} came as ${status}`;
}

const SAME_MB = 1;
const QUIET_MS = 500;

/** Resident memory of the node in MB, once it has stopped changing. */
async function quietMemoryMb(node: TestNode): Promise<number> {
  let [last, since] = [memoryMb(node), performance.now()];
  await waitFor(
    "the node's memory to be quiet",
    () => {
      const now = memoryMb(node);
      if (Math.abs(now - last) > SAME_MB) [last, since] = [now, performance.now()];
      return performance.now() - since > QUIET_MS;
    },
    30_000,
  );
  return last;
}

function memoryMb({ pid }: TestNode): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}
