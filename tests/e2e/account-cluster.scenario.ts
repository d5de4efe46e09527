import type { Page } from "@playwright/test";
import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import { atLevelZero, startCluster, type TestCluster } from "../support/start-cluster.ts";
import { waitFor } from "../support/wait-for.ts";
import { test as base, expect, type OpenContext, PHONE } from "./actors.ts";
import { newEmail, sessionsOf, signIn, signOtherOut, signUp } from "./own-account.ts";

/** What T2 allows (ms). */
const OUT_WITHIN_MS = 2_000;
/** Two slow cores form a cluster of six servers again, and three nodes look after what it missed. */
const HEALED_WITHIN_MS = 30_000;

const test = base.extend<{ cluster: TestCluster }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  cluster: async ({}, use) => {
    await using cluster = await startCluster({ ledger: true });
    await use(cluster);
  },
  origin: async ({ cluster }, use) => use(cluster.origin),
});

interface Standing {
  readonly signedIn: { readonly email: string | null } | null;
  readonly fallbackMode: boolean;
  readonly emergencyMode: boolean;
}

/** What the node at `origin` takes this browser for. */
async function standingAt(origin: string, page: Page): Promise<Standing> {
  const answer = await page.request.get(`${origin}/api/session`);
  expect(answer.status()).toBe(200);
  return (await answer.json()) as Standing; // as its schema says
}

/** The browser has its cookie still, and it opens nothing at any of these nodes. */
async function isOutAt(origins: readonly string[], page: Page): Promise<void> {
  const cookies = await page.context().cookies();
  expect(cookies.map(({ name }) => name)).toContain("pollcast_session");
  for (const origin of origins) {
    expect(await standingAt(origin, page)).toMatchObject({ signedIn: null, emergencyMode: false });
    await page.goto(`${origin}/account`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  }
}

/** The phone signs up at the first node, the laptop signs in at the second and has been at the third. */
async function bothSignIn(openContext: OpenContext, origins: readonly string[]) {
  const [one = "", two = "", three = ""] = origins;
  const phone = await (await openContext({ ...PHONE, baseURL: one })).newPage();
  const laptop = await (await openContext({ baseURL: two })).newPage();
  const email = newEmail();
  await signUp(phone, email);
  await signIn(laptop, email);
  // So that the third node has a copy of the session that it could go on believing.
  await laptop.goto(`${three}/account`);
  await expect(sessionsOf(laptop)).toHaveCount(2);
  return { phone, laptop, email };
}

async function leavesWithin2Seconds(origins: readonly string[], page: Page): Promise<void> {
  const isOut = async () => {
    const standings = await Promise.all(origins.map((origin) => standingAt(origin, page)));
    return standings.every(({ signedIn }) => signedIn === null);
  };
  await waitFor("the session to work on no node", isOut, OUT_WITHIN_MS);
}

async function comesBack(redis: RedisCluster): Promise<void> {
  await Promise.all(redis.nodes.map((node) => redis.restart(node)));
  await redis.settled();
}

test("[A48][T2] signed in on two nodes: both are listed, one signs the other out, and that one is out on the third", async ({
  cluster,
  openContext,
}) => {
  const origins = cluster.nodes.map(({ origin }) => origin);
  const { phone, laptop, email } = await bothSignIn(openContext, origins);
  await phone.goto("/account");
  await expect(sessionsOf(phone)).toHaveCount(2);
  await expect(sessionsOf(phone).filter({ hasText: "This browser" })).toHaveCount(1);
  await signOtherOut(phone);
  await leavesWithin2Seconds(origins.slice(2), laptop);
  await isOutAt(origins.toReversed(), laptop);
  for (const origin of origins) expect((await standingAt(origin, phone)).signedIn?.email).toBe(email);
});

test("[A48][T2] all of Redis is killed after the sign-in: both stay in, who is signed out is out, and stays out when Redis is back", async ({
  cluster,
  openContext,
}) => {
  const { nodes, redis } = cluster;
  const origins = nodes.map(({ origin }) => origin);
  const { phone, laptop, email } = await bothSignIn(openContext, origins);
  await Promise.all(redis.nodes.map((node) => node.kill9()));
  for (const origin of origins) {
    for (const page of [phone, laptop]) {
      await waitFor("the database to be what is read", async () => {
        const standing = await standingAt(origin, page);
        // Not once on the way is the browser out.
        expect(standing).toMatchObject({ signedIn: { email }, emergencyMode: false });
        return standing.fallbackMode;
      });
    }
  }
  await phone.goto("/account");
  await expect(phone.getByText("You stay signed in")).toBeVisible();
  await expect(sessionsOf(phone)).toHaveCount(2);
  await signOtherOut(phone);
  await leavesWithin2Seconds(origins, laptop);
  await isOutAt(origins, laptop);

  await comesBack(redis);
  // The others remember what they have seen; this one has only what the stores say, and Redis missed the revocation.
  const newcomer = await cluster.addNode("node-4");
  await Promise.all([...nodes, newcomer].map(atLevelZero));
  for (const origin of [newcomer.origin, ...origins]) {
    const isFromRedis = async () => {
      const { signedIn, fallbackMode } = await standingAt(origin, phone);
      expect(signedIn).toMatchObject({ email });
      return !fallbackMode;
    };
    await waitFor("Redis to be believed again", isFromRedis, HEALED_WITHIN_MS);
  }
  await isOutAt([newcomer.origin, ...origins], laptop);
  await phone.goto("/account");
  await expect(sessionsOf(phone)).toHaveCount(1);
  await signIn(laptop, email);
  await expect(sessionsOf(laptop)).toHaveCount(2);
});
