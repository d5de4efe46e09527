import { afterAll, beforeAll, expect, test } from "bun:test";
import { checkCsrf, csrfTokenOf } from "../../../server/app/csrf.ts";
import type { SessionAnswer, SessionStore } from "../../../server/app/session-ports.ts";
import { sessionIdOf } from "../../../server/app/session-token.ts";
import { accountOf, whoIsThere } from "../../../server/app/who-is-there.ts";
import { DynamoAccountStore } from "../../../server/store/dynamo/dynamo-account-store.ts";
import { codeOf, type HostBench, openHostBench, signedUp } from "../../support/host-bench.ts";

let bench: HostBench;
const unreachable = new DynamoAccountStore({
  settings: { table: "nowhere", endpoint: "http://127.0.0.1:1", region: null },
});
beforeAll(async () => {
  bench = await openHostBench();
});
afterAll(async () => {
  await unreachable.close();
  await bench[Symbol.asyncDispose]();
});

/** A session store that can only give this answer; used or not is what the test is about. */
function answering(answer: SessionAnswer) {
  const touched: string[] = [];
  const sessions: Pick<SessionStore, "read" | "touch"> = {
    read: async () => answer,
    touch: (sessionId) => void touched.push(sessionId),
  };
  return { sessions, touched };
}

const someSession = sessionIdOf("a token");

test.each(["absent", "revoked", "off"] as const)("[A20] a session that is %s is a guest's", async (kind) => {
  const { sessions, touched } = answering({ kind });
  expect(await whoIsThere({ ...bench, sessions }, someSession)).toBe("guest");
  expect(touched).toEqual([]);
});

test("[A20] without a cookie one is a guest; where nobody can tell it is an emergency", async () => {
  expect(await whoIsThere(bench, null)).toBe("guest");
  const { sessions } = answering({ kind: "emergency" });
  const visitor = await whoIsThere({ ...bench, sessions }, someSession);
  expect(visitor).toBe("emergency");
  expect(accountOf(visitor)).toBe("emergency");
  expect(accountOf("guest")).toBeNull();
});

test("[A20] who is signed in is known from the database too, and that is said; using the session is noted", async () => {
  const host = await signedUp(bench);
  const found = await bench.sessions.read(host.sessionId, "auth");
  if (found.kind !== "found") throw new Error(found.kind);
  const { sessions, touched } = answering({ ...found, fallbackMode: true });
  const visitor = await whoIsThere({ ...bench, sessions }, host.sessionId);
  expect(visitor).toMatchObject({ accountId: host.account.accountId, fallbackMode: true });
  expect(accountOf(visitor)).toBe(host.account.accountId);
  expect(touched).toEqual([host.sessionId]);
});

test("[A16] a session is over as soon as its account says so, though its revoking never came", async () => {
  const [host, gone] = [await signedUp(bench), await signedUp(bench)];
  const { accountId, validFrom } = host.account;
  await bench.accounts.change(accountId, validFrom, { validFrom: validFrom + 1 });
  await bench.accounts.remove(gone.account.accountId);
  for (const { sessionId } of [host, gone]) {
    expect(await bench.sessions.read(sessionId, "auth")).toMatchObject({ kind: "found" });
    expect(await whoIsThere(bench, sessionId)).toBe("guest");
  }
});

test("[A20] with the database away nobody is signed out", async () => {
  const host = await signedUp(bench);
  const visitor = await whoIsThere({ ...bench, accounts: unreachable }, host.sessionId);
  expect(visitor).toMatchObject({ accountId: host.account.accountId });
});

test("[A20] what another release wrote into a session signs nobody in", async () => {
  const strange = sessionIdOf(crypto.randomUUID());
  await bench.sessions.create(strange, { auth: { accountId: "somebody" } });
  expect(await whoIsThere(bench, strange)).toBe("guest");
});

test("[A21] a form needs the token of its own session", async () => {
  const [host, stranger] = [await signedUp(bench), await signedUp(bench)];
  const check = (token: string | undefined) => checkCsrf(bench, host.sessionId, token);
  expect(await csrfTokenOf(bench, host.sessionId)).toBe(host.csrfToken);
  expect(await check(host.csrfToken)).toBeNull();
  const wrong = [undefined, "", "x", `${host.csrfToken}x`, host.csrfToken.slice(1), stranger.csrfToken];
  for (const token of wrong) expect(codeOf(await check(token))).toBe("NOT_ALLOWED");
  expect(codeOf(await checkCsrf(bench, null, host.csrfToken))).toBe("NOT_ALLOWED");
  expect(codeOf(await checkCsrf(bench, someSession, host.csrfToken))).toBe("NOT_ALLOWED");
});

test("[A21] where nobody can tell, no form is taken", async () => {
  const ports = answering({ kind: "emergency" });
  expect(codeOf(await checkCsrf(ports, someSession, "any"))).toBe("UNAVAILABLE");
  expect(await csrfTokenOf(ports, someSession)).toBeNull();
});
