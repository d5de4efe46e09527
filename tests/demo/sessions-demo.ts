/** `bun run sessions:demo`: 50 users on a real Redis cluster and the DynamoDB API, with each store taken away in turn. */
import type { SessionAnswer } from "../../server/app/session-ports.ts";
import { sessionKey } from "../../server/store/redis/session-value.ts";
import type { SessionFigures } from "../../server/store/tiers/tiered-sessions.ts";
import type { SessionId } from "../../shared/ids.ts";
import { newAccountId, newSessionId } from "../contract/session-tier-bench.ts";
import { authOf } from "../contract/tiered-sessions-contract.ts";
import { SessionNode } from "../contract/tiered-sessions-node.ts";
import { startDynamo } from "../support/dynalite.ts";
import { startTestCluster } from "../support/redis-cluster.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { waitFor } from "../support/wait-for.ts";

const USERS = 50;
/** How long a store may take to be found again (ms). */
const BACK_WITHIN_MS = 30_000;

interface User {
  readonly sessionId: SessionId;
  readonly accountId: ReturnType<typeof newAccountId>;
}

/** Says what was done, how it came out and how long it took (ms). Throws if it came out otherwise than it must. */
async function step(name: string, work: () => Promise<string>): Promise<void> {
  const from = performance.now();
  const outcome = await work();
  console.log(`${name.padEnd(44)} ${outcome} (${Math.round(performance.now() - from)} ms)`);
}

function must(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`It did not come out as it must: ${what}.`);
}

/** "50 from redis": where the answers came from, or what they were. */
function summaryOf(answers: readonly SessionAnswer[]): string {
  const counts = new Map<string, number>();
  for (const answer of answers) {
    const mode = answer.kind === "found" && answer.fallbackMode ? ", fallback mode" : "";
    const name = answer.kind === "found" ? `from ${answer.source}${mode}` : answer.kind;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
}

function tableOf({ stores }: SessionFigures): string {
  const head = ["store", "hits", "misses", "restores", "errors", "writes", "p50 ms", "p95 ms"];
  const rows = Object.entries(stores).map(([name, store]) => {
    const { hits, misses, restores, errors, writes, latencyP50Ms, latencyP95Ms } = store;
    const times = [latencyP50Ms, latencyP95Ms].map((ms) => ms?.toFixed(2) ?? "–");
    return [name, ...[hits, misses, restores, errors, writes].map(String), ...times];
  });
  return [head, ...rows].map((row) => row.map((cell) => cell.padStart(9)).join(" ")).join("\n");
}

await using cluster = await startTestCluster();
await using dynamo = await startDynamo();
await using way = await TcpProxy.start({ host: dynamo.host, port: dynamo.port });
const node = new SessionNode({
  redis: { nodes: cluster.nodes.map(({ host, port }) => ({ host, port })) },
  dynamo: { ...dynamo.settings, endpoint: `http://127.0.0.1:${way.port}` },
});
const { sessions } = node;
const users: User[] = [];

const readAll = () => Promise.all(users.map(({ sessionId }) => sessions.read(sessionId, "auth")));
const allFound = (answers: readonly SessionAnswer[]) => answers.every(({ kind }) => kind === "found");

function forgetCopies(): void {
  for (const { sessionId } of users) node.local.drop(sessionId, "all");
}

async function forgetInRedis(): Promise<void> {
  const masters = await Promise.all([0, 6_000, 12_000].map((slot) => cluster.masterOf(slot)));
  await Promise.all(masters.map(({ redis }) => redis.flushall()));
}

async function standingInRedis(): Promise<number> {
  const values = users.map(async ({ sessionId }) => {
    const key = sessionKey({ sessionId, category: "auth" });
    return (await cluster.masterOf(key)).redis.get(key);
  });
  return (await Promise.all(values)).filter((value) => value?.startsWith('{"version"')).length;
}

const isNormal = () => users.every(({ sessionId }) => node.levelOf(sessionId) === 0);
const normal = () => waitFor("all stores to be found again", isNormal, BACK_WITHIN_MS);

async function signIn(): Promise<string> {
  const made = Array.from({ length: USERS }, () => ({
    sessionId: newSessionId(),
    accountId: newAccountId(),
  }));
  const create = ({ sessionId, accountId }: User) =>
    sessions.create(sessionId, {
      auth: authOf(accountId, Date.now()),
      csrf: "token",
      preferences: { dark: true },
    });
  const answers = await Promise.all(made.map(create));
  users.push(...made);
  must(
    answers.every((answer) => answer === "durable"),
    "every session is durable",
  );
  return `${answers.length} durable`;
}

/** Reads all, which must be found, and says where. */
async function found(): Promise<string> {
  const answers = await readAll();
  must(allFound(answers), `every session is found, and not ${summaryOf(answers)}`);
  return summaryOf(answers);
}

async function restored(): Promise<string> {
  const before = sessions.figures().stores.redis.restores;
  const answers = await found();
  const restores = sessions.figures().stores.redis.restores - before;
  const standing = await standingInRedis();
  must(restores === USERS && standing === USERS, "every session was restored to Redis");
  return `${answers}; restored ${restores}, in Redis again ${standing}`;
}

async function withoutRedis(): Promise<string> {
  await Promise.all(cluster.nodes.map((server) => server.kill9()));
  await waitFor("the outage to be known", () => !isNormal(), BACK_WITHIN_MS);
  forgetCopies();
  const answers = await found();
  const [user] = users;
  must(
    !!user && (await sessions.revoke(user.sessionId, user.accountId)) === "durable",
    "a sign-out is durable",
  );
  return `${answers}; one signed out`;
}

async function redisBack(): Promise<string> {
  await Promise.all(cluster.nodes.map((server) => cluster.restart(server)));
  await cluster.settled();
  await normal();
  const isBelieved = async () => {
    forgetCopies();
    return (await readAll()).every((answer) => answer.kind !== "found" || !answer.fallbackMode);
  };
  await waitFor("Redis to be believed", isBelieved, BACK_WITHIN_MS);
  forgetCopies();
  const answers = await readAll();
  must(answers[0]?.kind === "revoked" && allFound(answers.slice(1)), "who signed out stays out, nobody else");
  users.shift();
  return summaryOf(answers);
}

async function withoutDatabase(): Promise<string> {
  way.refuse();
  await waitFor("the outage to be known", () => node.isDatabaseAway, BACK_WITHIN_MS);
  forgetCopies();
  const answers = await found();
  const user = { sessionId: newSessionId(), accountId: newAccountId() };
  const durability = await sessions.create(user.sessionId, { auth: authOf(user.accountId), csrf: "token" });
  users.push(user);
  must(durability === "pending", "a sign-in is pending");
  return `${answers}; one signed in, pending`;
}

async function databaseBack(): Promise<string> {
  way.pass();
  await waitFor("DynamoDB to be told", () => sessions.figures().pending === 0, BACK_WITHIN_MS);
  await forgetInRedis();
  forgetCopies();
  return `nothing pending; Redis emptied: ${await restored()}`;
}

async function withoutBoth(): Promise<string> {
  way.refuse();
  await Promise.all(cluster.nodes.map((server) => server.kill9()));
  const isOut = () => node.isDatabaseAway && users.every(({ sessionId }) => node.levelOf(sessionId) === 4);
  await waitFor("both outages to be known", isOut, BACK_WITHIN_MS);
  forgetCopies();
  const answers = await readAll();
  must(
    answers.every(({ kind }) => kind === "emergency"),
    "everybody is a guest",
  );
  return summaryOf(answers);
}

async function bothBack(): Promise<string> {
  way.pass();
  await Promise.all(cluster.nodes.map((server) => cluster.restart(server)));
  await cluster.settled();
  await normal();
  await waitFor("everybody to be back", async () => allFound(await readAll()), BACK_WITHIN_MS);
  return found();
}

try {
  const probe = newSessionId();
  await waitFor("the stores to be found", () => node.levelOf(probe) === 0, BACK_WITHIN_MS);
  await step(`create ${USERS} sessions, in both stores`, signIn);
  await step("read hot", found);
  await step("read with the copies evicted", async () => {
    forgetCopies();
    return found();
  });
  await step("read cold: Redis emptied, copies evicted", async () => {
    await forgetInRedis();
    forgetCopies();
    return restored();
  });
  await step("Redis killed", withoutRedis);
  await step("Redis back, with what it had", redisBack);
  await step("DynamoDB away", withoutDatabase);
  await step("DynamoDB back", databaseBack);
  await step("both away", withoutBoth);
  await step("both back", bothBack);
  const figures = sessions.figures();
  console.log(`\n${tableOf(figures)}`);
  console.log(`\n${figures.activeSessions} sessions seen in the last half hour`);
} finally {
  way.pass();
  await node.close();
}
