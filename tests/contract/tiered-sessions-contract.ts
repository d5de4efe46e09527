import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type AuthData, CATEGORIES, CATEGORY_RULES } from "../../server/app/session.ts";
import type { SessionAnswer, SessionStore } from "../../server/app/session-ports.ts";
import type { AccountId } from "../../shared/ids.ts";
import type { SteppableClock } from "../support/fixtures.ts";
import { waitFor } from "../support/wait-for.ts";
import { newAccountId, newSessionId } from "./session-tier-bench.ts";

/** A store under the contract, with nothing in it, as two nodes have it; one that is alone has it twice. */
export interface SessionStoreHarness {
  readonly nodes: readonly [SessionStore, SessionStore];
  readonly clock: SteppableClock;
  dispose(): Promise<void>;
}

const DAY_MS = 24 * 3_600 * 1_000;

export function authOf(accountId: AccountId, signedInAt = 1_000, device = "Firefox on Linux"): AuthData {
  return { accountId, signedInAt, validFrom: 1, device };
}

/** What is read, which must be there. */
export function entryOf(answer: SessionAnswer) {
  if (answer.kind !== "found") throw new Error(`Expected to find it: ${JSON.stringify(answer)}`);
  return answer.entry;
}

/** What every `SessionStore` promises. Each test gets stores of its own. */
export function sessionStoreContract(name: string, open: () => Promise<SessionStoreHarness>): void {
  describe(`session store, ${name}`, () => {
    let harness: SessionStoreHarness;
    let store: SessionStore;
    let other: SessionStore;
    beforeEach(async () => {
      harness = await open();
      [store, other] = harness.nodes;
    });
    afterEach(() => harness.dispose());

    async function signIn(accountId = newAccountId(), signedInAt = harness.clock.now()) {
      const sessionId = newSessionId();
      const auth = authOf(accountId, signedInAt);
      expect(await store.create(sessionId, { auth, csrf: "token" })).toBe("durable");
      return { sessionId, accountId, auth };
    }

    const kindOf = async (sessionId: Awaited<ReturnType<typeof signIn>>["sessionId"], at = other) =>
      (await at.read(sessionId, "auth")).kind;

    test("[N20] what was created is read on every node; what was not is absent", async () => {
      const { sessionId, auth } = await signIn();
      for (const node of [store, other]) {
        expect(entryOf(await node.read(sessionId, "auth"))).toMatchObject({ version: 1, data: auth });
        expect(entryOf(await node.read(sessionId, "csrf")).data).toBe("token");
        expect((await node.read(sessionId, "preferences")).kind).toBe("absent");
        expect((await node.read(newSessionId(), "auth")).kind).toBe("absent");
      }
    });

    test.each([...CATEGORIES])(
      "[N21][T3] %s is written over the version that is expected",
      async (category) => {
        const sessionId = newSessionId();
        expect(await store.write(sessionId, category, { a: 1 }, 1)).toEqual({ kind: "conflict", version: 0 });
        expect(await store.write(sessionId, category, { a: 1 }, 0)).toMatchObject({
          kind: "written",
          version: 1,
        });
        expect(await other.write(sessionId, category, { a: 2 }, 0)).toEqual({ kind: "conflict", version: 1 });
        expect(await other.write(sessionId, category, { a: 2 }, 1)).toMatchObject({
          kind: "written",
          version: 2,
        });
        expect(await store.write(sessionId, category, { a: 3 })).toMatchObject({
          kind: "written",
          version: 3,
        });
        expect(entryOf(await store.read(sessionId, category))).toMatchObject({ version: 3, data: { a: 3 } });
        const seen = async () => entryOf(await other.read(sessionId, category)).version === 3;
        await waitFor("the other node to see it", seen, 2_000);
      },
    );

    test.each(["csrf", "preferences"] as const)(
      "[N21][T3] of many who write %s at once each gets a version of its own",
      async (category) => {
        const sessionId = newSessionId();
        const written = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            (index % 2 ? store : other).write(sessionId, category, { writer: index }),
          ),
        );
        const versions = written.map((answer) => (answer.kind === "written" ? answer.version : 0));
        expect(versions.toSorted((one, next) => one - next)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
        const last = versions.indexOf(8);
        const seen = async (node: SessionStore) =>
          JSON.stringify(entryOf(await node.read(sessionId, category)).data) ===
          JSON.stringify({ writer: last });
        for (const node of [store, other]) await waitFor("the last one to be seen", () => seen(node), 2_000);
      },
    );

    test("[T2] a session that was revoked is revoked in all it held, on every node, for good", async () => {
      const { sessionId, accountId } = await signIn();
      await store.write(sessionId, "preferences", { dark: true });
      expect(await kindOf(sessionId)).toBe("found");
      expect(await store.revoke(sessionId, accountId)).toBe("durable");
      expect(await kindOf(sessionId, store)).toBe("revoked");
      await waitFor("the other node to know", async () => (await kindOf(sessionId)) === "revoked", 2_000);
      for (const category of CATEGORIES) {
        expect(await store.read(sessionId, category)).toEqual({ kind: "revoked" });
        expect(await store.write(sessionId, category, "again")).toEqual({ kind: "revoked" });
        expect(await other.write(sessionId, category, "again", 0)).toEqual({ kind: "revoked" });
      }
      await other.create(sessionId, { auth: authOf(accountId), csrf: "again" });
      other.touch(sessionId);
      expect(await kindOf(sessionId, store)).toBe("revoked");
      expect(await store.revoke(sessionId, accountId)).toBe("durable");
    });

    test("[N22] a session ends when it was not used for long enough, and what is used goes on until its end", async () => {
      const [unused, used] = [await signIn(), await signIn()];
      for (const day of [6, 12, 18, 24, 29]) {
        harness.clock.step(6 * DAY_MS - (day === 29 ? DAY_MS : 0));
        expect(await kindOf(used.sessionId, store)).toBe("found");
        const before = entryOf(await store.read(used.sessionId, "auth"));
        store.touch(used.sessionId);
        const isNoted = async () =>
          entryOf(await store.read(used.sessionId, "auth")).idleUntil > before.idleUntil ||
          before.idleUntil === before.endsAt;
        await waitFor("the use to be noted", isNoted);
        expect(await kindOf(unused.sessionId)).toBe(day < 7 ? "found" : "absent");
      }
      harness.clock.step(2 * DAY_MS);
      expect(await kindOf(used.sessionId, store)).toBe("absent");
      expect(await kindOf(used.sessionId)).toBe("absent");
      expect(await store.list(used.accountId)).toEqual([]);
    });

    test("[N22] what ends after an hour takes nothing else with it", async () => {
      const { sessionId } = await signIn();
      await store.write(sessionId, "scratch", "soon gone");
      harness.clock.step(CATEGORY_RULES.scratch.idleSeconds * 1_000);
      expect((await store.read(sessionId, "scratch")).kind).toBe("absent");
      expect(await kindOf(sessionId, store)).toBe("found");
    });

    test("[N23] using a session makes none", async () => {
      const sessionId = newSessionId();
      store.touch(sessionId);
      const { sessionId: another } = await signIn();
      harness.clock.step(DAY_MS);
      await store.read(another, "auth");
      store.touch(another);
      const isNoted = async () => entryOf(await store.read(another, "auth")).idleUntil;
      await waitFor(
        "a use to be noted",
        async () => (await isNoted()) > harness.clock.now() / 1_000 + 6.9 * 86_400,
      );
      for (const category of CATEGORIES) expect((await store.read(sessionId, category)).kind).toBe("absent");
    });

    test("[N24] an account's sessions are listed, the newest first, with their last use", async () => {
      const accountId = newAccountId();
      const now = harness.clock.now();
      const first = await signIn(accountId, now - 2_000);
      const third = await signIn(accountId, now);
      const second = await signIn(accountId, now - 1_000);
      await signIn();
      const ids = async () => (await other.list(accountId)).map(({ sessionId }) => sessionId);
      expect(await ids()).toEqual([third, second, first].map(({ sessionId }) => sessionId));
      await store.revoke(second.sessionId, accountId);
      expect(await ids()).toEqual([third, first].map(({ sessionId }) => sessionId));
      harness.clock.step(DAY_MS);
      await store.read(first.sessionId, "auth");
      store.touch(first.sessionId);
      const lastUse = async () => (await other.list(accountId))[1]?.lastUsedAt;
      await waitFor("the use to be listed", async () => (await lastUse()) === harness.clock.now());
      expect((await other.list(accountId))[0]).toEqual({
        sessionId: third.sessionId,
        device: "Firefox on Linux",
        signedInAt: now,
        lastUsedAt: now,
      });
    });

    test("[N25] fifty who sign in to one account at once all have their session, and are all listed", async () => {
      const accountId = newAccountId();
      const made = await Promise.all(Array.from({ length: 50 }, () => signIn(accountId)));
      const listed = (await other.list(accountId)).map(({ sessionId }) => sessionId);
      expect(listed.toSorted()).toEqual(made.map(({ sessionId }) => sessionId).toSorted());
      const kinds = await Promise.all(made.map(({ sessionId }) => kindOf(sessionId)));
      expect(new Set(kinds)).toEqual(new Set(["found"]));
    });

    test("[N25] fifty workers read, write and revoke without an error", async () => {
      const shared = await signIn();
      const worker = async (index: number) => {
        const [mine, others] = index % 2 ? [store, other] : [other, store];
        const { sessionId, accountId } = await signIn();
        for (let round = 1; round <= 4; round += 1) {
          await mine.write(sessionId, "activity", { round });
          await mine.write(shared.sessionId, "preferences", { index, round });
          mine.touch(sessionId);
          expect(entryOf(await mine.read(sessionId, "auth")).version).toBe(1);
          expect((await others.read(shared.sessionId, "auth")).kind).toBe("found");
        }
        expect(entryOf(await mine.read(sessionId, "activity")).data).toEqual({ round: 4 });
        await mine.revoke(sessionId, accountId);
        expect(await kindOf(sessionId, mine)).toBe("revoked");
      };
      await Promise.all(Array.from({ length: 50 }, (_, index) => worker(index)));
      // Nobody's write of what they share was lost.
      const all = async () => entryOf(await store.read(shared.sessionId, "preferences")).version === 200;
      await waitFor("all writes to be seen", all, 2_000);
    }, 20_000);
  });
}
