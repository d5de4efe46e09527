/**
 * The peer: a poll server in the style of Socket.IO's documentation, with the sharded Redis adapter and ioredis. Three
 * commands per vote. `EMIT` is "vote" (each vote is told to the room at once) or "tick" (the newest results at most
 * every 50 ms). Prints the port it listens on.
 */
import { createServer } from "node:http";
import { createShardedAdapter } from "@socket.io/redis-adapter";
import { Cluster } from "ioredis";
import { Server } from "socket.io";

const TICK_MS = 50;
const OPTION_IDS = ["opt-1", "opt-2", "opt-3", "opt-4"];

const nodes = (process.env.REDIS_NODES ?? "").split(",").map((address) => {
  const [host = "", port] = address.split(":");
  return { host, port: Number(port) };
});
const perVote = process.env.EMIT === "vote";
const redis = new Cluster(nodes);
const subscriber = new Cluster(nodes, { shardedSubscribers: true });

const http = createServer(async (request, response) => {
  const pollId = request.url?.split("/").at(-1) ?? "";
  response.end(JSON.stringify({ results: { results: await resultsOf(pollId) } }));
});
const io = new Server(http, {
  transports: ["websocket"],
  adapter: createShardedAdapter(redis, subscriber),
  // The load generator answers no pings.
  pingInterval: 600_000,
});

interface Vote {
  readonly pollId: string;
  readonly optionId: string;
}

io.on("connection", (socket) => {
  const { voter } = socket.handshake.auth as { voter: string };
  socket.on("join", (pollId: string) => socket.join(pollId));
  socket.on("publish", (pollId: string, results: unknown) => io.to(pollId).emit("RESULTS_UPDATE", results));
  socket.on("vote", async ({ pollId, optionId }: Vote, acknowledge: (answer: object) => void) => {
    const participants = `{${pollId}}:participants`;
    // It would refuse a second vote here. The bench changes votes, so it counts them again: undoing the old one would
    // cost two commands more than the documented style has.
    await redis.sismember(participants, voter);
    await redis.sadd(participants, voter);
    const votes = await redis.hincrby(`{${pollId}}:votes`, optionId, 1);
    acknowledge({ ok: true });
    if (perVote) io.to(pollId).emit("vote", { pollId, optionId, votes });
    else tellSoon(pollId);
  });
});

const due = new Set<string>();

function tellSoon(pollId: string): void {
  if (due.has(pollId)) return;
  due.add(pollId);
  setTimeout(async () => {
    due.delete(pollId);
    io.to(pollId).emit("RESULTS_UPDATE", { pollId, results: await resultsOf(pollId) });
  }, TICK_MS);
}

async function resultsOf(pollId: string) {
  const votes = await redis.hgetall(`{${pollId}}:votes`);
  return OPTION_IDS.map((optionId) => ({ optionId, votes: Number(votes[optionId] ?? 0) }));
}

http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  console.log(`listening on ${typeof address === "object" ? address?.port : address}`);
});
