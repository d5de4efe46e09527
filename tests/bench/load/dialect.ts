/** How each server under test is spoken to: the same load in its own words. */
import { createIdentity } from "../../../server/edge/identity.ts";

/** Signs the voters' cookies, in the load generator and in the node that it loads. */
export const SESSION_SECRET = "a secret for benches only";

/** Of a poll of the bench. */
export const OPTIONS = 4;

export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** What a frame from the server means to the load generator. */
export type Heard =
  | { readonly kind: "acknowledged"; readonly number: number; readonly durability: string }
  /** Not durable yet, to be sent again. */
  | { readonly kind: "pending"; readonly number: number }
  /** Results that somebody who watches is shown. */
  | { readonly kind: "results"; readonly results: readonly { readonly votes: number }[] | null }
  | { readonly kind: "other" };

export interface Dialect {
  /** Comes as a voter that no other socket has. */
  upgradeRequest(address: Address): Promise<string>;
  /** Whether the server speaks first. */
  readonly greets: boolean;
  /** What to answer to a frame of the greeting; `null`: nothing. */
  greet(text: string): string | "greeted" | null;
  /** Asks to be shown the results of a poll. */
  watch(pollId: string): string | null;
  /** Ballot `number` of a voter; greater ones replace smaller ones. */
  vote(pollId: string, option: number, number: number): string;
  /** Has everybody who watches be told that the one vote of the poll is now with this option. */
  tell(pollId: string, number: number, option: number): string;
  /** Whether a voter's next ballot replaces the last one, rather than being added to it. */
  readonly replaces: boolean;
  /** Throws on what can only be a mistake of the bench. */
  hear(text: string): Heard;
}

const identity = createIdentity([SESSION_SECRET], { publicOrigin: null, trustProxy: 0 });

async function upgradeRequest(path: string, { hostname, port }: Address, cookie?: string): Promise<string> {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...(cookie ? [`Cookie: ${cookie}`] : []),
    "\r\n",
  ].join("\r\n");
}

/** Revisions are as long as those of a browser, which begin with its clock (epoch ms). */
const FIRST_REVISION = 1_800_000_000_000;

/** The frame of our own browser. */
function castVote(pollId: string, option: number, number: number): string {
  const revision = FIRST_REVISION + number;
  const data = { pollId, optionIds: [`opt-${option}`], revision };
  return JSON.stringify({ type: "CAST_VOTE", data, id: `ballot-${revision}` });
}

/** What ours tells in that case, for the others to tell: the same fields with values of the same length. */
function resultsUpdate(pollId: string, number: number, option: number) {
  const results = Array.from({ length: OPTIONS }, (_, index) => {
    const votes = index + 1 === option ? 1 : 0;
    return { optionId: `opt-${index + 1}`, votes, percentage: 100 * votes };
  });
  const version = Date.now() * 1000 + number;
  const counts = { totalVotes: 1, participantCount: 1, viewerCount: 1000 };
  return { pollId, epoch: 1, version, results, ...counts, final: false };
}

/** Ours. */
const pollcast: Dialect = {
  async upgradeRequest(address) {
    const { setCookie } = await identity.issue(new Request(`http://${address.hostname}/`));
    return upgradeRequest("/ws?protocol=1", address, setCookie.split(";")[0]);
  },
  greets: true,
  greet: (text) => (text.startsWith('{"type":"HELLO"') ? "greeted" : null),
  watch: (pollId) => JSON.stringify({ type: "JOIN_POLL", data: { pollId } }),
  vote: castVote,
  tell: (pollId, number, option) => castVote(pollId, option, number),
  replaces: true,
  hear(text) {
    const { type, data } = JSON.parse(text);
    if (type === "VOTE_ACCEPTED") {
      return { kind: "acknowledged", number: data.revision - FIRST_REVISION, durability: data.durability };
    }
    if (type === "VOTE_PENDING") return { kind: "pending", number: data.revision - FIRST_REVISION };
    if (type === "RESULTS_UPDATE") return { kind: "results", results: data.results };
    if (type === "ERROR") throw new Error(`refused: ${text}`);
    return { kind: "other" };
  },
};

/** Engine.IO 4 over WebSocket and Socket.IO 5 on it; a vote asks for an acknowledgement, whose id is its number. */
const socketIo: Dialect = {
  upgradeRequest: (address) => upgradeRequest("/socket.io/?EIO=4&transport=websocket", address),
  greets: true,
  greet(text) {
    if (text.startsWith("0")) return `40${JSON.stringify({ voter: crypto.randomUUID() })}`;
    return text.startsWith("40") ? "greeted" : null;
  },
  watch: (pollId) => `42["join",${JSON.stringify(pollId)}]`,
  vote: (pollId, option, number) =>
    `42${number}${JSON.stringify(["vote", { pollId, optionId: `opt-${option}` }])}`,
  tell: (pollId, number, option) =>
    `42${JSON.stringify(["publish", pollId, resultsUpdate(pollId, number, option)])}`,
  replaces: false,
  hear(text) {
    if (text.startsWith("43")) {
      const start = text.indexOf("[");
      const [answer] = JSON.parse(text.slice(start));
      if (answer?.ok !== true) throw new Error(`refused: ${text}`);
      return { kind: "acknowledged", number: Number(text.slice(2, start)), durability: "primary" };
    }
    if (!text.startsWith("42")) return { kind: "other" };
    const [event, data] = JSON.parse(text.slice(2));
    return { kind: "results", results: event === "RESULTS_UPDATE" ? data.results : null };
  },
};

/** A server that sends back what it hears, or sends it to everybody: what the sockets alone cost. */
const raw: Dialect = {
  upgradeRequest: (address) => upgradeRequest("/", address),
  greets: false,
  greet: () => null,
  watch: () => null,
  vote: castVote,
  tell: (pollId, number, option) =>
    JSON.stringify({ type: "RESULTS_UPDATE", data: resultsUpdate(pollId, number, option) }),
  replaces: true,
  hear(text) {
    const { data } = JSON.parse(text);
    if (data.results) return { kind: "results", results: data.results };
    return { kind: "acknowledged", number: data.revision - FIRST_REVISION, durability: "none" };
  },
};

export const DIALECTS = { pollcast, socketIo, raw };
