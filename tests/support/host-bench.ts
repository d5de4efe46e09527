/** Everything that signing in needs, with the embedded stores in a data folder of their own. */
import type { BegunSession, Browser } from "../../server/app/begin-session.ts";
import { ArgonPasswords, type Passwords } from "../../server/app/passwords.ts";
import type { RoomStore } from "../../server/app/room-ports.ts";
import type { AccountStore, SessionStore } from "../../server/app/session-ports.ts";
import { type SignInPorts, signIn } from "../../server/app/sign-in.ts";
import { signUp } from "../../server/app/sign-up.ts";
import { createMemorySignInLimits, type SignInLimitSizes } from "../../server/edge/memory-sign-in-limits.ts";
import { openDatabase } from "../../server/store/embedded/database.ts";
import { EmbeddedAccountStore } from "../../server/store/embedded/embedded-account-store.ts";
import { EmbeddedPollStore } from "../../server/store/embedded/embedded-poll-store.ts";
import { EmbeddedRoomStore } from "../../server/store/embedded/embedded-room-store.ts";
import { EmbeddedSessions } from "../../server/store/embedded/embedded-sessions.ts";
import { SqliteSessionDatabase } from "../../server/store/embedded/sqlite-session-database.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { dataFolder } from "../contract/embedded-harness.ts";
import { type SteppableClock, steppableClock } from "./fixtures.ts";

export const PASSWORD = "correct horse battery";
export const ADDRESS = "192.0.2.1";
export const LAPTOP: Browser = { device: "Firefox on Linux", previous: null };

/** The real ones, counted: what takes the same steps takes the same time. */
export class CountedPasswords implements Passwords {
  readonly #passwords = new ArgonPasswords();
  verified = 0;

  hash(password: string): Promise<string> {
    return this.#passwords.hash(password);
  }

  verify(password: string, passwordHash: string): Promise<boolean> {
    this.verified += 1;
    return this.#passwords.verify(password, passwordHash);
  }
}

export interface HostBench extends SignInPorts, AsyncDisposable {
  readonly polls: EmbeddedPollStore;
  readonly rooms: RoomStore;
  readonly passwords: CountedPasswords;
  readonly time: SteppableClock;
}

export async function openHostBench(limits: Partial<SignInLimitSizes> = {}): Promise<HostBench> {
  const folder = await dataFolder();
  const time = steppableClock();
  const database = openDatabase(folder.directory);
  const polls = new EmbeddedPollStore(database, { clock: time.now, tell: () => undefined });
  const accounts: AccountStore = new EmbeddedAccountStore(database);
  const sessions: SessionStore = new EmbeddedSessions({
    database: new SqliteSessionDatabase(database, time.now),
    clock: time.now,
    onTrouble: (_doing, trouble) => {
      throw trouble;
    },
  });
  return {
    polls,
    rooms: new EmbeddedRoomStore(database),
    accounts,
    sessions,
    time,
    clock: time.now,
    passwords: new CountedPasswords(),
    limits: createMemorySignInLimits(limits),
    async [Symbol.asyncDispose]() {
      await sessions.close();
      await accounts.close();
      await polls.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** An account that is signed in. */
export async function signedUp(ports: SignInPorts, email = newEmail()): Promise<BegunSession> {
  return begun(await signUp(ports, { email, password: PASSWORD, address: ADDRESS }, LAPTOP));
}

/** Another session of it. */
export async function signedIn(
  ports: SignInPorts,
  { account }: Pick<BegunSession, "account">,
  parts: { readonly password?: string; readonly browser?: Partial<Browser> } = {},
): Promise<BegunSession> {
  const { password = PASSWORD, browser } = parts;
  const request = { email: account.email, password, address: ADDRESS };
  return begun(await signIn(ports, request, { ...LAPTOP, ...browser }));
}

export function newEmail(): string {
  return `host-${crypto.randomUUID()}@example.org`;
}

/** The answer, which must not be a refusal. */
export function begun<Answer extends object>(answer: Answer | Refusal): Answer {
  if (isRefusal(answer)) throw new Error(`refused: ${answer.message}`);
  return answer;
}

/** The refusal's code, or nothing. */
export function codeOf(answer: unknown): string | null {
  return typeof answer === "object" && answer !== null && isRefusal(answer) ? answer.code : null;
}

/** The store, in which something happens just before each call of `method`: a schedule that would be rare. */
export function interrupted<Store extends object>(
  store: Store,
  method: keyof Store,
  first: () => Promise<unknown>,
): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== method) return value.bind(target);
      return async (...parts: unknown[]) => {
        await first();
        return value.apply(target, parts);
      };
    },
  });
}
