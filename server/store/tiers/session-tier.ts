/**
 * One place where sessions are kept: memory, SQLite, Redis, DynamoDB. One contract suite holds for all. Every verb is one
 * atomic step of its tier and rejects with an `Outage` when the answer is not known in time.
 */
import type { AccountId, SessionId } from "../../../shared/ids.ts";
import type { Category, SessionEntry, SessionKey, Standing } from "../../app/session.ts";
import type { SessionSummary } from "../../app/session-ports.ts";

export interface SessionTier {
  /** What stands, revoked or not; `null` where there is nothing, or where it has ended. */
  read(key: SessionKey): Promise<Standing | null>;
  /** Puts it if it may replace what stands (`mayReplace`). Answers what stands afterwards. */
  put(key: SessionKey, standing: Standing): Promise<Standing>;
  /** Puts it only where nothing stands, not even a revocation: a restore that lost the race changes nothing. */
  restore(key: SessionKey, entry: SessionEntry): Promise<Standing>;
  /** Moves `idleUntil` (epoch s) on where that entry stands, never back, never making one. */
  touch(key: SessionKey, idleUntil: number): Promise<"touched" | "absent">;
  /** Puts a revocation for every category, kept until `endsAt` (epoch s). */
  revoke(sessionId: SessionId, endsAt: number): Promise<void>;
  close(): Promise<void>;
}

/** The database's part: which sessions an account has, and what Redis has missed. */
export interface SessionDatabase extends SessionTier {
  /** Notes the session among its account's, until `endsAt` (epoch s). */
  index(accountId: AccountId, summary: SessionSummary, endsAt: number): Promise<void>;
  unindex(accountId: AccountId, sessionId: SessionId): Promise<void>;
  /** Not those that have ended. */
  list(accountId: AccountId): Promise<readonly SessionSummary[]>;
  /**
   * Journal of critical writes that Redis may have missed, in the partition of a shard's slot range or of all: replayed
   * before Redis is believed again. Entries are kept until `forget`, or until what they speak of has ended.
   */
  journal(node: string, key: SessionKey, standing: Standing): Promise<void>;
  journalled(
    limit: number,
    cursor?: string,
  ): Promise<{
    readonly items: readonly { readonly id: string; readonly key: SessionKey; readonly standing: Standing }[];
    readonly nextCursor: string | null;
  }>;
  forget(ids: readonly string[]): Promise<void>;
}

export interface RedisSessionTier extends SessionTier {
  /** The master that has this session, as the breakers name it; `null` while none is known. */
  shardOf(sessionId: SessionId): string | null;
  /** Whether the shard of this session is known to be away. */
  isAway(sessionId: SessionId): boolean;
  /** From a replica, maybe old: never for what is critical. */
  readReplica(key: SessionKey): Promise<Standing | null>;
  /** As `put`, answered only once a replica has it (WAIT): what is critical. */
  putSafely(key: SessionKey, standing: Standing): Promise<Standing>;
  /** Who is this shard's master now (`master_replid`): what was believed of another is read anew. */
  generation(sessionId: SessionId): Promise<string>;
}

/** Tells other nodes that a session changed: their local copies are dropped. At most once; copies live 1 s anyway. */
export interface SessionBus {
  tell(sessionId: SessionId, categories: readonly Category[] | "all"): void;
  listen(listener: (sessionId: SessionId, categories: readonly Category[] | "all") => void): void;
}
