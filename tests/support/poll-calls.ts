/** What a host and a visitor ask of any node over HTTP. */
import type { PollView, RoomUpdate, RoomView } from "../../shared/messages.ts";
import { newVoterCookie } from "./ws-client.ts";

export interface MadePoll {
  readonly pollId: string;
  readonly hostKey: string;
}

/** A host's step. */
export type HostStep = "open" | "close" | "extend" | "hide" | "reveal";

/** Tea, coffee or water; open for an hour, and votes may be changed, unless the test says otherwise. */
export async function makePoll(origin: string, text: object = {}): Promise<MadePoll> {
  const base = {
    question: "Tea or coffee?",
    options: ["Tea", "Coffee", "Water"],
    settings: { allowChange: true },
  };
  const { poll, hostKey } = await call<{ poll: PollView["poll"]; hostKey: string }>(
    origin,
    "POST",
    "/api/polls",
    { body: { ...base, ...text } },
  );
  return { pollId: poll.pollId, hostKey };
}

/** Must succeed; answers the host's view. */
export async function steer(
  origin: string,
  { pollId, hostKey }: MadePoll,
  step: HostStep,
  body: object = {},
): Promise<PollView> {
  return call(origin, "POST", `/api/polls/${pollId}/${step}`, { body, headers: { "x-host-key": hostKey } });
}

export async function removePoll(origin: string, { pollId, hostKey }: MadePoll): Promise<void> {
  await call(origin, "DELETE", `/api/polls/${pollId}`, { headers: { "x-host-key": hostKey } });
}

export interface MadeRoom {
  readonly roomId: string;
  readonly hostKey: string;
  /** Codes of its polls, in order. */
  readonly polls: readonly string[];
}

/** A room with these questions as drafts, each yes or no. */
export async function makeRoom(
  origin: string,
  questions: readonly string[] = [],
  parts: object = {},
): Promise<MadeRoom> {
  const polls = questions.map((question) => ({ question, options: ["Yes", "No"] }));
  const { room, hostKey } = await call<{ room: RoomUpdate; hostKey: string }>(origin, "POST", "/api/rooms", {
    body: { polls, ...parts },
  });
  return { roomId: room.roomId, hostKey, polls: room.polls.map(({ pollId }) => pollId) };
}

/** Everybody moves to this poll of the room; must succeed. */
export async function goTo(
  origin: string,
  { roomId, hostKey }: Pick<MadeRoom, "roomId" | "hostKey">,
  pollId: string | undefined,
  move: object = {},
): Promise<RoomView> {
  const headers = { "x-host-key": hostKey };
  return call(origin, "POST", `/api/rooms/${roomId}/go`, { body: { pollId, ...move }, headers });
}

/** The poll as these headers entitle to see it. */
export async function viewPoll(
  origin: string,
  pollId: string,
  headers: Record<string, string> = {},
): Promise<PollView> {
  return call(origin, "GET", `/api/polls/${pollId}`, { headers });
}

/** The room as its host sees it. */
export async function viewRoom(
  origin: string,
  { roomId, hostKey }: Pick<MadeRoom, "roomId" | "hostKey">,
): Promise<RoomView> {
  return call(origin, "GET", `/api/rooms/${roomId}`, { headers: { "x-host-key": hostKey } });
}

/** A ballot for each of these options, each cast by a voter of its own. */
export async function castVotes(
  origin: string,
  pollId: string,
  ...optionIds: readonly string[]
): Promise<void> {
  for (const optionId of optionIds) {
    const headers = { cookie: await newVoterCookie(origin) };
    await call(origin, "POST", `/api/polls/${pollId}/votes`, { body: { optionId }, headers });
  }
}

interface Call {
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/** Answers `undefined` where there is nothing to read; throws what a refusal says. */
export async function call<Answer>(
  origin: string,
  method: string,
  path: string,
  { body, headers = {} }: Call,
): Promise<Answer> {
  const json = body && { body: JSON.stringify(body) };
  const type = body && { "content-type": "application/json" };
  const answer = await fetch(`${origin}${path}`, { method, ...json, headers: { ...type, ...headers } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as Answer; // the caller knows the call
}
