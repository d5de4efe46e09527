import { afterAll, beforeAll, expect, test } from "bun:test";
import type { BegunSession } from "../../../server/app/begin-session.ts";
import { changePassword } from "../../../server/app/change-password.ts";
import { deleteAccount } from "../../../server/app/delete-account.ts";
import { listSessions, revokeSession } from "../../../server/app/own-sessions.ts";
import type { SignedIn } from "../../../server/app/session-ports.ts";
import { signIn } from "../../../server/app/sign-in.ts";
import { nextValidFrom, signOut, signOutEverywhere } from "../../../server/app/sign-out.ts";
import { whoIsThere } from "../../../server/app/who-is-there.ts";
import { ownPollOf } from "../../support/account-fixtures.ts";
import { NOON } from "../../support/fixtures.ts";
import {
  ADDRESS,
  begun,
  codeOf,
  type HostBench,
  interrupted,
  LAPTOP,
  openHostBench,
  PASSWORD,
  signedIn,
  signedUp,
} from "../../support/host-bench.ts";

const NEW_PASSWORD = "another long password";

let bench: HostBench;
beforeAll(async () => {
  bench = await openHostBench({ triesHere: 1_000 });
});
afterAll(() => bench[Symbol.asyncDispose]());

async function visitorOf({ sessionId }: BegunSession): Promise<SignedIn> {
  const visitor = await whoIsThere(bench, sessionId);
  if (typeof visitor === "string") throw new Error(`a ${visitor}`);
  return visitor;
}

const isSignedIn = async ({ sessionId }: Pick<BegunSession, "sessionId">) =>
  typeof (await whoIsThere(bench, sessionId)) === "object";

test("[A15] signing out ends this session and no other", async () => {
  const host = await signedUp(bench);
  const phone = await signedIn(bench, host);
  await signOut(bench, await visitorOf(host));
  expect(await isSignedIn(host)).toBe(false);
  expect(await isSignedIn(phone)).toBe(true);
  expect(await bench.sessions.list(host.account.accountId)).toHaveLength(1);
});

test("[A16] signing out everywhere ends all sessions of the account, and none of another's", async () => {
  const host = await signedUp(bench);
  const phone = await signedIn(bench, host);
  const stranger = await signedUp(bench);
  await signOutEverywhere(bench, host.account.accountId);
  expect(await isSignedIn(host)).toBe(false);
  expect(await isSignedIn(phone)).toBe(false);
  expect(await isSignedIn(stranger)).toBe(true);
  expect(await bench.sessions.list(host.account.accountId)).toEqual([]);
  expect(await isSignedIn(await signedIn(bench, host))).toBe(true);
});

test("[A16] clocks decide nothing: not one that stands, is behind, or was ahead at sign-in", async () => {
  const host = await signedUp(bench);
  bench.time.step(5_000);
  const ahead = await signedIn(bench, host);
  bench.time.step(-10_000);
  await signOutEverywhere(bench, host.account.accountId);
  expect(await isSignedIn(ahead)).toBe(false);
  const after = await signedIn(bench, host);
  expect(await isSignedIn(after)).toBe(true);
  await signOutEverywhere(bench, host.account.accountId);
  expect(await isSignedIn(after)).toBe(false);
  bench.time.step(5_000);
  expect(nextValidFrom(NOON, NOON)).toBe(NOON + 1);
  expect(nextValidFrom(NOON, NOON + 7)).toBe(NOON + 7);
});

test("[A16] a sign-in that had begun is over, wherever the end of all sessions comes in between", async () => {
  const host = await signedUp(bench);
  const request = { email: host.account.email, password: PASSWORD, address: ADDRESS };
  const end = () => signOutEverywhere(bench, host.account.accountId);
  const schedules = {
    "before the session is there": { ...bench, sessions: interrupted(bench.sessions, "create", end) },
    "before the account is read again": { ...bench, accounts: interrupted(bench.accounts, "byId", end) },
  };
  for (const [when, ports] of Object.entries(schedules)) {
    expect([when, codeOf(await signIn(ports, request, LAPTOP))]).toEqual([when, "CONFLICT"]);
    expect(await bench.sessions.list(host.account.accountId)).toEqual([]);
  }
});

test("[A16] a sign-in that ends in the middle of the end of all sessions is seen by it", async () => {
  const host = await signedUp(bench);
  const late: BegunSession[] = [];
  const accounts = interrupted(bench.accounts, "change", async () => {
    late.push(await signedIn(bench, host));
  });
  await signOutEverywhere({ ...bench, accounts }, host.account.accountId);
  expect(late).toHaveLength(1);
  for (const session of late) {
    expect(await isSignedIn(session)).toBe(false);
    // Ended for good, so that it needs no account to be over.
    expect(await bench.sessions.read(session.sessionId, "auth")).toEqual({ kind: "revoked" });
  }
});

test("[A16] who signs in between the change and the revoking stays signed in", async () => {
  const host = await signedUp(bench);
  const fresh: BegunSession[] = [];
  const sessions = interrupted(bench.sessions, "list", async () => {
    fresh.push(await signedIn(bench, host));
  });
  await signOutEverywhere({ ...bench, sessions }, host.account.accountId);
  expect(fresh).toHaveLength(1);
  for (const session of fresh) expect(await isSignedIn(session)).toBe(true);
  expect(await isSignedIn(host)).toBe(false);
});

test("[A17] a new password needs the old one, ends every other session and renews the present one", async () => {
  const host = await signedUp(bench);
  const phone = await signedIn(bench, host);
  const change = async (password: string, newPassword: string) =>
    changePassword(bench, await visitorOf(host), { password, newPassword, address: ADDRESS }, LAPTOP.device);
  expect(codeOf(await change("not the password", NEW_PASSWORD))).toBe("NOT_ALLOWED");
  expect(codeOf(await change(PASSWORD, "short"))).toBe("BAD_MESSAGE");
  expect(codeOf(await change(PASSWORD, host.account.email))).toBe("BAD_MESSAGE");
  expect(await isSignedIn(phone)).toBe(true);

  const next = begun(await change(PASSWORD, NEW_PASSWORD));
  expect(next.token).not.toBe(host.token);
  expect(await isSignedIn(next)).toBe(true);
  expect(await isSignedIn(host)).toBe(false);
  expect(await isSignedIn(phone)).toBe(false);
  const request = { email: host.account.email, address: ADDRESS };
  expect(codeOf(await signIn(bench, { ...request, password: PASSWORD }, LAPTOP))).toBe("NOT_ALLOWED");
  await signedIn(bench, host, { password: NEW_PASSWORD });
});

test("[A17] a sign-in with the old password that had begun is over", async () => {
  const host = await signedUp(bench);
  const visitor = await visitorOf(host);
  const sessions = interrupted(bench.sessions, "create", () =>
    changePassword(
      bench,
      visitor,
      { password: PASSWORD, newPassword: NEW_PASSWORD, address: ADDRESS },
      LAPTOP.device,
    ),
  );
  const request = { email: host.account.email, password: PASSWORD, address: ADDRESS };
  expect(codeOf(await signIn({ ...bench, sessions }, request, LAPTOP))).toBe("CONFLICT");
  expect(await bench.sessions.list(host.account.accountId)).toHaveLength(1);
});

test("[A17] of two who change the password at once one has changed it", async () => {
  const host = await signedUp(bench);
  const visitor = await visitorOf(host);
  const passwords = [NEW_PASSWORD, `${NEW_PASSWORD} 2`];
  const answers = await Promise.all(
    passwords.map((newPassword) =>
      changePassword(bench, visitor, { password: PASSWORD, newPassword, address: ADDRESS }, LAPTOP.device),
    ),
  );
  const done = answers.map((answer) => codeOf(answer) === null);
  expect(done.filter(Boolean)).toHaveLength(1);
  const winner = passwords[done.indexOf(true)];
  await signedIn(bench, host, winner === undefined ? {} : { password: winner });
});

test("[A18] deleting the account needs the password, ends its sessions, frees the e-mail and disowns its polls", async () => {
  const host = await signedUp(bench);
  const phone = await signedIn(bench, host);
  const { account } = host;
  const poll = ownPollOf();
  await bench.accounts.own(account.accountId, poll);
  const remove = (password: string) => deleteAccount(bench, account, { password, address: ADDRESS });
  expect(codeOf(await remove("not the password"))).toBe("NOT_ALLOWED");
  expect(await isSignedIn(phone)).toBe(true);
  expect(await remove(PASSWORD)).toBe("deleted");
  for (const session of [host, phone]) {
    expect(await isSignedIn(session)).toBe(false);
    expect(await bench.sessions.read(session.sessionId, "auth")).toEqual({ kind: "revoked" });
  }
  expect(await bench.accounts.ownerOf(poll.pollId)).toBeNull();
  expect(codeOf(await remove(PASSWORD))).toBe("NOT_ALLOWED");
  const next = await signedUp(bench, account.email);
  expect(next.account.accountId).not.toBe(account.accountId);
});

test("[A18] a sign-in that had begun when the account was deleted is over", async () => {
  const host = await signedUp(bench);
  const accounts = interrupted(bench.accounts, "byId", () =>
    deleteAccount(bench, host.account, { password: PASSWORD, address: ADDRESS }),
  );
  const request = { email: host.account.email, password: PASSWORD, address: ADDRESS };
  expect(codeOf(await signIn({ ...bench, accounts }, request, LAPTOP))).toBe("CONFLICT");
  expect(await bench.sessions.list(host.account.accountId)).toEqual([]);
});

test("[A19] the list has one's own sessions with device and last use, newest first, and says which is the present", async () => {
  const host = await signedUp(bench);
  bench.time.step(60_000);
  const phone = await signedIn(bench, host, { browser: { device: "Safari on iPhone" } });
  await signedUp(bench);
  const listed = await listSessions(bench, await visitorOf(phone));
  expect(listed.map(({ sessionId, device, present }) => ({ sessionId, device, present }))).toEqual([
    { sessionId: phone.sessionId, device: "Safari on iPhone", present: true },
    { sessionId: host.sessionId, device: LAPTOP.device, present: false },
  ]);
  expect(listed[0]?.lastUsedAt).toBeGreaterThan(listed[1]?.lastUsedAt ?? 0);
});

test("[A19] the list shows no session that is over, though its revoking never came", async () => {
  const host = await signedUp(bench);
  const { accountId } = host.account;
  await bench.accounts.change(accountId, host.account.validFrom, { validFrom: bench.clock() + 1 });
  const phone = await signedIn(bench, host);
  const listed = await listSessions(bench, await visitorOf(phone));
  expect(listed.map(({ sessionId }) => sessionId)).toEqual([phone.sessionId]);
});

test("[A19] one ends one's own sessions and nobody else's", async () => {
  const host = await signedUp(bench);
  const phone = await signedIn(bench, host);
  const stranger = await signedUp(bench);
  const visitor = await visitorOf(host);
  expect(codeOf(await revokeSession(bench, visitor, stranger.sessionId))).toBe("NOT_ALLOWED");
  expect(codeOf(await revokeSession(bench, visitor, "no session at all"))).toBe("NOT_ALLOWED");
  expect(await isSignedIn(stranger)).toBe(true);
  expect(await revokeSession(bench, visitor, phone.sessionId)).toBe("durable");
  expect(await isSignedIn(phone)).toBe(false);
  expect(await isSignedIn(host)).toBe(true);
});
