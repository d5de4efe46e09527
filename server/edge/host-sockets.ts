import { isRoomId, type JoinCode } from "../../shared/ids.ts";
import { CLOSE } from "../../shared/refusals.ts";
import type { Definitions } from "../app/definitions.ts";
import { ownedAs } from "../app/host-claim.ts";
import { Outage } from "../app/outage.ts";
import { repeat } from "../app/repeat.ts";
import { whoIsThere } from "../app/who-is-there.ts";
import type { Connection } from "./connection.ts";
import type { Hosting } from "./hosting.ts";

/** Sessions are believed for up to 1 s, so with this (ms) a revoked host is out within the 2 s of T2. */
const CHECK_EVERY_MS = 500;

export interface HostSocketPorts {
  readonly hosting: Hosting | null;
  readonly definitions: Definitions;
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/**
 * Sockets that are a host's by their session. A session may end while its socket stays open, so it is asked for again and
 * again; whose has ended is closed with 4001 and comes back as a guest. A socket with the poll's key comes back as host.
 */
export class HostSockets {
  readonly #ports: HostSocketPorts;
  readonly #watched = new Set<Connection>();
  readonly #stop: () => void;

  constructor(ports: HostSocketPorts) {
    this.#ports = ports;
    this.#stop = repeat(
      () => CHECK_EVERY_MS,
      () => this.#check(),
      (trouble) => ports.onTrouble("ask for the sessions of hosts", trouble),
    );
  }

  /**
   * Whether the poll or room is of the socket's account; if so, its session must last from then on. Never rejects: where
   * nobody can tell it is nobody's.
   */
  async isOwner(connection: Connection, code: JoinCode): Promise<boolean> {
    const { hosting, onTrouble } = this.#ports;
    if (!hosting || connection.session === null) return false;
    try {
      const who = await whoIsThere(hosting, connection.session);
      if (typeof who !== "object") return false;
      const owned = await this.#ownedAs(code);
      if (owned === null || (await hosting.accounts.ownerOf(owned)) !== who.accountId) return false;
      // It may have closed meanwhile: nobody would take it off again.
      if (!connection.isClosed) this.#watched.add(connection);
      return true;
    } catch (trouble) {
      if (!(trouble instanceof Outage)) onTrouble("tell whose a poll or room is", trouble);
      return false;
    }
  }

  /** The socket is gone. */
  forget(connection: Connection): void {
    this.#watched.delete(connection);
  }

  stop(): void {
    this.#stop();
  }

  async #ownedAs(code: JoinCode): Promise<JoinCode | null> {
    if (isRoomId(code)) return code;
    const { definitions } = this.#ports;
    const definition = definitions.known(code) ?? (await definitions.load(code));
    return definition && ownedAs(definition);
  }

  async #check(): Promise<void> {
    const { hosting } = this.#ports;
    if (!hosting) return;
    await Promise.all(
      [...this.#watched].map(async (connection) => {
        // Where nobody can tell whether it was revoked, it is taken for revoked.
        if (typeof (await whoIsThere(hosting, connection.session)) === "object") return;
        connection.close(CLOSE.SESSION_ENDED, "the session has ended");
      }),
    );
  }
}
