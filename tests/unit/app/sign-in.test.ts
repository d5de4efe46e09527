import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { sessionIdOf } from "../../../server/app/session-token.ts";
import { NOBODYS_HASH, signIn } from "../../../server/app/sign-in.ts";
import { signUp } from "../../../server/app/sign-up.ts";
import { whoIsThere } from "../../../server/app/who-is-there.ts";
import { NOON } from "../../support/fixtures.ts";
import {
  ADDRESS,
  begun,
  codeOf,
  type HostBench,
  LAPTOP,
  newEmail,
  openHostBench,
  PASSWORD,
  signedIn,
  signedUp,
} from "../../support/host-bench.ts";

let bench: HostBench;
beforeAll(async () => {
  bench = await openHostBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const signUpWith = (email: string, password: string) =>
  signUp(bench, { email, password, address: ADDRESS }, LAPTOP);
const signInWith = (email: string, password: string) =>
  signIn(bench, { email, password, address: ADDRESS }, LAPTOP);

test("[A9] who signs up is signed in, and signs in again with the same e-mail in any case", async () => {
  const first = await signedUp(bench);
  expect(await whoIsThere(bench, first.sessionId)).toEqual({
    accountId: first.account.accountId,
    sessionId: first.sessionId,
    signedInAt: NOON,
    validFrom: NOON,
    device: LAPTOP.device,
    fallbackMode: false,
  });
  const again = begun(await signInWith(` ${first.account.email.toUpperCase()} `, PASSWORD));
  expect(again.account.accountId).toBe(first.account.accountId);
});

test.each([
  ["a word", "not-an-address", PASSWORD, "email"],
  ["two @", "two@@example.org", PASSWORD, "email"],
  ["a host without a dot", "name@nodot", PASSWORD, "email"],
  ["a space within", "na me@example.org", PASSWORD, "email"],
  ["255 characters", `${"a".repeat(243)}@example.org`, PASSWORD, "email"],
  ["a character nobody sees", "zero\u200bwidth@example.org", PASSWORD, "email"],
  ["a password of 9", "ok@example.org", "nine char", "password"],
  ["a password of 201", "ok@example.org", "x".repeat(201), "password"],
  ["half a character", "ok@example.org", "lonely \ud800 surrogate", "password"],
  ["the e-mail as password", "somebody@example.org", "SomeBody@example.org", "password"],
])("[A10] %s makes no account, and the field is named", async (_what, email, password, path) => {
  const answer = await signUpWith(email, password);
  expect(codeOf(answer)).toBe("BAD_MESSAGE");
  expect(answer).toHaveProperty("errors.0.path", path);
});

test("[A10] characters are counted as people see them, and accents are the same however composed", async () => {
  const email = newEmail();
  expect(codeOf(await signUpWith(email, "\u{1f511}".repeat(9)))).toBe("BAD_MESSAGE");
  begun(await signUpWith(email, "caf\u00e9 au lait"));
  begun(await signInWith(email, "cafe\u0301 au lait"));
});

test("[A1] an e-mail that has an account makes no second one", async () => {
  const { account } = await signedUp(bench);
  expect(codeOf(await signUpWith(account.email.toUpperCase(), "another password"))).toBe("CONFLICT");
  expect(codeOf(await signInWith(account.email, "another password"))).toBe("NOT_ALLOWED");
});

test("[A11] an unknown e-mail is answered like a wrong password, after the same work", async () => {
  const { account } = await signedUp(bench);
  const before = bench.passwords.verified;
  const wrong = await signInWith(account.email, "not the password");
  expect(bench.passwords.verified).toBe(before + 1);
  const unknown = await signInWith(newEmail(), "not the password");
  expect(bench.passwords.verified).toBe(before + 2);
  expect(unknown).toEqual(wrong);
  expect(codeOf(unknown)).toBe("NOT_ALLOWED");
});

test("[A11] what an unknown e-mail is checked against costs as much as a real one", async () => {
  const costOf = (hash: string) => hash.split("$").slice(1, 4);
  const real = await bench.passwords.hash(PASSWORD);
  expect(costOf(NOBODYS_HASH)).toEqual(costOf(real));
  expect(NOBODYS_HASH).toHaveLength(real.length);
  expect(costOf(real)[0]).toBe("argon2id");
  expect(await bench.passwords.verify(PASSWORD, NOBODYS_HASH)).toBe(false);
});

test("[A12] guessing is stopped, for an account that is there and one that is not, before any work", async () => {
  await using strict = await openHostBench({ triesHere: 3 });
  const { account } = await signedUp(strict);
  for (const email of [account.email, newEmail()]) {
    const attempt = (password: string, address = ADDRESS) =>
      signIn(strict, { email, password, address }, LAPTOP);
    for (let guess = 0; guess < 3; guess += 1) {
      expect(codeOf(await attempt(`wrong guess ${guess}`))).toBe("NOT_ALLOWED");
    }
    const before = strict.passwords.verified;
    expect(codeOf(await attempt(PASSWORD))).toBe("RATE_LIMITED");
    expect(strict.passwords.verified).toBe(before);
  }
  begun(await signIn(strict, { email: account.email, password: PASSWORD, address: "198.51.100.7" }, LAPTOP));
});

test("[A12] the right password begins the count anew", async () => {
  await using strict = await openHostBench({ triesHere: 3 });
  const host = await signedUp(strict);
  const request = { email: host.account.email, password: "wrong password", address: ADDRESS };
  for (let round = 0; round < 3; round += 1) {
    for (let guess = 0; guess < 2; guess += 1) {
      expect(codeOf(await signIn(strict, request, LAPTOP))).toBe("NOT_ALLOWED");
    }
    await signedIn(strict, host);
  }
});

test("[A13] each sign-in has a token nobody has had, of 256 bits, and the stores have only its hash", async () => {
  const host = await signedUp(bench);
  const again = await signedIn(bench, host);
  for (const { token, sessionId } of [host, again]) {
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(sessionId as string).toBe(createHash("sha256").update(token).digest("hex"));
  }
  expect(new Set([host.token, again.token, host.csrfToken, again.csrfToken]).size).toBe(4);
});

test("[A13] signing in leaves the session that the browser came with, and ends it if it was signed in", async () => {
  const planted = sessionIdOf("planted by somebody");
  await bench.sessions.create(planted, { preferences: { theme: "dark" }, csrf: "known to somebody" });
  const host = await signedUp(bench);
  const next = await signedIn(bench, host, { browser: { previous: planted } });
  expect(next.sessionId).not.toBe(planted);
  expect(next.csrfToken).not.toBe("known to somebody");
  expect(await whoIsThere(bench, planted)).toBe("guest");
  const moved = await bench.sessions.read(next.sessionId, "preferences");
  expect(moved).toMatchObject({ kind: "found", entry: { data: { theme: "dark" } } });

  const last = await signedIn(bench, host, { browser: { previous: next.sessionId } });
  expect(await whoIsThere(bench, next.sessionId)).toBe("guest");
  expect(await whoIsThere(bench, last.sessionId)).toMatchObject({ accountId: host.account.accountId });
  expect(await whoIsThere(bench, host.sessionId)).toMatchObject({ accountId: host.account.accountId });
});

test("[A14] 50 who sign in at once with one account all are", async () => {
  await using roomy = await openHostBench({ triesHere: 100 });
  const host = await signedUp(roomy);
  const all = await Promise.all(Array.from({ length: 50 }, () => signedIn(roomy, host)));
  expect(new Set(all.map(({ sessionId }) => sessionId)).size).toBe(50);
  const visitors = await Promise.all(all.map(({ sessionId }) => whoIsThere(roomy, sessionId)));
  for (const visitor of visitors) expect(visitor).toMatchObject({ accountId: host.account.accountId });
  expect(await roomy.sessions.list(host.account.accountId)).toHaveLength(51);
});
