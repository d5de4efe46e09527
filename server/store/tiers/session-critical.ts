/** Critical writes, in the parts that creating, writing, revoking and restoring have in common. */
import type { SessionId } from "../../../shared/ids.ts";
import type { SessionEntry, SessionKey, Standing } from "../../app/session.ts";
import type { Durability } from "../../app/session-ports.ts";
import { orNull } from "./or-null.ts";
import type { SessionJournal } from "./session-journal.ts";
import type { SessionRepairs } from "./session-repairs.ts";
import type { SessionStores } from "./session-stores.ts";

export interface SessionCriticalPorts {
  readonly stores: SessionStores;
  readonly journal: SessionJournal;
  readonly repairs: SessionRepairs;
}

export class SessionCritical {
  readonly #ports: SessionCriticalPorts;

  constructor(ports: SessionCriticalPorts) {
    this.#ports = ports;
  }

  /**
   * Brings to Redis what the database has already. What misses Redis is in the journal when this resolves. `pending`: it is
   * in no store but the database, and only this node knows of it; it goes on trying.
   */
  async bring(key: SessionKey, standing: Standing): Promise<Durability> {
    const { stores, repairs } = this.#ports;
    if (!stores.hasRedis) return "durable";
    if (await orNull(this.#tell(key, standing).then(() => true))) return "durable";
    const write = () => this.#ports.journal.write(key, standing);
    if (await orNull(write().then(() => true))) return "durable";
    repairs.keep(`journal:${nameOf(key)}`, {
      doing: "journal a session",
      work: write,
      endsAt: standing.endsAt,
    });
    return "pending";
  }

  /** Redis has it and the database does not: it is brought there as soon as that answers. */
  owe(key: SessionKey, entry: SessionEntry): void {
    const { stores, repairs } = this.#ports;
    const work = () => stores.writeDatabase((database) => database.put(key, entry));
    repairs.keep(`put:${nameOf(key)}`, {
      doing: "write a session to the database",
      work,
      endsAt: entry.endsAt,
    });
  }

  /** Revokes in the database as soon as that answers. */
  oweRevocation(sessionId: SessionId, endsAt: number): void {
    const { stores, repairs } = this.#ports;
    const work = () => stores.writeDatabase((database) => database.revoke(sessionId, endsAt));
    repairs.keep(`revoke:${sessionId}`, { doing: "revoke a session in the database", work, endsAt });
  }

  async #tell({ sessionId, category }: SessionKey, standing: Standing): Promise<void> {
    await this.#ports.stores.writeRedis(sessionId, async (redis) => {
      // Whatever else the session holds ends with it.
      if ("revoked" in standing) await redis.revoke(sessionId, standing.endsAt);
      else await redis.putSafely({ sessionId, category }, standing);
    });
  }
}

function nameOf({ sessionId, category }: SessionKey): string {
  return `${sessionId}:${category}`;
}
