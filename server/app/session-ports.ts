/** What sessions and accounts need from the world. Adapters in `store/` provide it; `wiring.ts` connects them. */
import type { AccountId, JoinCode, SessionId } from "../../shared/ids.ts";
import type { AuthData, Category, SessionEntry } from "./session.ts";

/** Where an answer came from. `default`: nothing was ever set, or nobody can tell and it does not matter. */
export type SessionSource = "local" | "redis" | "replica" | "database" | "default";

export type SessionAnswer =
  | {
      readonly kind: "found";
      readonly entry: SessionEntry;
      readonly source: SessionSource;
      /** Critical data from the database, because Redis could not be asked. */
      readonly fallbackMode: boolean;
    }
  | { readonly kind: "absent" }
  | { readonly kind: "revoked" }
  /** No store that may be believed answers: the visitor is a guest, and host actions fail closed. */
  | { readonly kind: "emergency" }
  /** This category is switched off at the present level. */
  | { readonly kind: "off" };

/** Whether what was written survives the loss of Redis. `pending`: the database could not be reached; it is repaired. */
export type Durability = "durable" | "pending";

/** One of an account's own sessions. */
export interface SessionSummary {
  readonly sessionId: SessionId;
  readonly device: string;
  /** Epoch ms. */
  readonly signedInAt: number;
  readonly lastUsedAt: number;
}

/**
 * Sessions, wherever they are kept. One contract suite holds for every implementation. Methods reject with an `Outage`
 * only where it is said.
 */
export interface SessionStore {
  /** Makes entries of a new session, in both stores at once. Rejects with an `Outage` if neither takes it. */
  create(sessionId: SessionId, entries: Partial<Record<Category, unknown>>): Promise<Durability>;

  read(sessionId: SessionId, category: Category): Promise<SessionAnswer>;

  /**
   * Writes a category. With `expectedVersion` (0: it must not be there) only over that version. Rejects with an `Outage`
   * if no store that matters for this category takes it.
   */
  write(
    sessionId: SessionId,
    category: Category,
    data: unknown,
    expectedVersion?: number,
  ): Promise<
    | { readonly kind: "written"; readonly version: number; readonly durability: Durability }
    | { readonly kind: "conflict"; readonly version: number }
    | { readonly kind: "revoked" }
  >;

  /** The session was used. Throttled; never makes anything; never rejects. */
  touch(sessionId: SessionId): void;

  /** Ends a session for good, on every node within 2 s of the answer. Rejects with an `Outage` if no store takes it. */
  revoke(sessionId: SessionId, accountId: AccountId): Promise<Durability>;

  /** An account's sessions that have not ended, newest first. Rejects with an `Outage`. */
  list(accountId: AccountId): Promise<readonly SessionSummary[]>;

  close(): Promise<void>;
}

export interface Account {
  readonly accountId: AccountId;
  /** As it was typed; unique by its lower case. */
  readonly email: string;
  /** argon2id, with its parameters. */
  readonly passwordHash: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms. Sessions signed in under another one are over: "sign out everywhere", a new password. Only grows. */
  readonly validFrom: number;
}

/** A poll of one's own, or a room with all its polls. */
export interface OwnPoll {
  readonly pollId: JoinCode;
  /** Of a room: its title, or else its first question as it was when the room was made; may be empty. */
  readonly question: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** Accounts of hosts, in the database alone. All reject with an `Outage` when it does not answer. */
export interface AccountStore {
  create(account: Account): Promise<"created" | "taken">;
  byEmail(email: string): Promise<Account | null>;
  /** Strong, or at most `maxAgeMs` old. */
  byId(accountId: AccountId, maxAgeMs?: number): Promise<Account | null>;
  /** Compare-and-set on `validFrom`, which must grow. */
  change(
    accountId: AccountId,
    expectedValidFrom: number,
    change: Pick<Account, "validFrom"> & Partial<Pick<Account, "passwordHash">>,
  ): Promise<"changed" | "conflict" | "absent">;
  /** Removes the account and whose polls and rooms are whose; they stay. Its e-mail may be used again. */
  remove(accountId: AccountId): Promise<void>;

  /** Whose poll or room it is; asked for host actions without a key. */
  ownerOf(pollId: JoinCode): Promise<AccountId | null>;
  /** `"taken"`: it has another owner. The same again is `"owned"`. */
  own(accountId: AccountId, poll: OwnPoll): Promise<"owned" | "taken">;
  disown(pollId: JoinCode): Promise<void>;
  /** Newest first; `cursor` as the last answer gave it. */
  pollsOf(
    accountId: AccountId,
    limit: number,
    cursor?: string,
  ): Promise<{ readonly items: readonly OwnPoll[]; readonly nextCursor: string | null }>;
  close(): Promise<void>;
}

/** What this session knows of who is there, for whoever must decide. */
export interface SignedIn extends AuthData {
  readonly sessionId: SessionId;
  readonly fallbackMode: boolean;
}
