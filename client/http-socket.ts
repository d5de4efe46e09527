/**
 * The part of a WebSocket that a link uses, over plain requests: votes are posted, and what is at the code is asked for
 * again and again, with its ETag, so that an answer without news is a few bytes.
 */
import { encode } from "../shared/codec.ts";
import type { ClientFrame, PollView, RoomView, ServerMessage } from "../shared/messages.ts";
import type { LinkSocket } from "./link.ts";
import type { Cancel, Timer } from "./timer.ts";

/** Between two looks while there is news (ms), longer by half each time without … */
const BRISK_MS = 2_000;
/** … up to this … */
const CALM_MS = 8_000;
/** … and so long while nobody looks at the page. */
const HIDDEN_MS = 20_000;
/** Of a connection that ended without saying why, as WebSockets name it. */
export const LOST = 1006;

export interface HttpSocketPorts {
  readonly timer: Timer;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly isHidden: () => boolean;
  /** Asks as nobody in particular. */
  readonly looksOn: boolean;
}

type Join = Extract<ClientFrame, { type: "JOIN_POLL" | "JOIN_ROOM" }>;
type Cast = Extract<ClientFrame, { type: "CAST_VOTE" }>;

export class HttpSocket implements LinkSocket {
  onopen: LinkSocket["onopen"] = null;
  onmessage: LinkSocket["onmessage"] = null;
  onclose: LinkSocket["onclose"] = null;
  readonly #ports: HttpSocketPorts;
  #state: number = WebSocket.CONNECTING;
  #join: Join | null = null;
  #etag = "";
  /** Looks begun. */
  #looks = 0;
  #waitMs = BRISK_MS;
  /** What to add to this machine's clock to get the server's (ms). */
  #offset = 0;
  #cancelLook: Cancel;

  constructor(ports: HttpSocketPorts) {
    this.#ports = ports;
    this.#cancelLook = ports.timer.after(0, () => {
      this.#state = WebSocket.OPEN;
      this.onopen?.(new Event("open"));
    });
  }

  get readyState(): number {
    return this.#state;
  }

  send(text: string): void {
    const frame: ClientFrame = JSON.parse(text);
    if (frame.type === "CAST_VOTE") this.#guarded(() => this.#cast(frame));
    else if (frame.type === "PING") this.#guarded(() => this.#ping());
    else if (frame.type === "JOIN_POLL" || frame.type === "JOIN_ROOM") {
      this.#join = frame;
      this.#etag = "";
      this.#guarded(() => this.#look(frame.id));
    }
  }

  close(): void {
    this.#cancelLook();
    this.#state = WebSocket.CLOSED;
  }

  /** What does not come through is a lost connection: the link has to know no other way for things to go wrong. */
  #guarded(act: () => Promise<void>): void {
    act().catch(() => {
      if (this.#state === WebSocket.CLOSED) return;
      this.close();
      this.onclose?.(new CloseEvent("close", { code: LOST }));
    });
  }

  #lookLater(): void {
    if (this.#state === WebSocket.CLOSED) return;
    this.#cancelLook();
    const { timer, random, isHidden } = this.#ports;
    // Half of the phones behind one proxy would otherwise ask in the same moment.
    const wait = (isHidden() ? HIDDEN_MS : this.#waitMs) * (0.75 + random() / 2);
    this.#cancelLook = timer.after(wait, () => this.#guarded(() => this.#look()));
  }

  /** Asks what is at the code. `id`: of the join that this answers. */
  async #look(id?: string): Promise<void> {
    const join = this.#join;
    if (!join) return;
    const look = ++this.#looks;
    const { data } = join;
    const path = join.type === "JOIN_ROOM" ? `rooms/${join.data.roomId}` : `polls/${join.data.pollId}`;
    const response = await fetch(`/api/${path}`, {
      cache: "no-store",
      credentials: this.#ports.looksOn ? "omit" : "same-origin",
      headers: {
        ...(this.#etag && { "If-None-Match": this.#etag }),
        ...(data.hostKey && { "X-Host-Key": data.hostKey }),
      },
    });
    if (response.status === 304) {
      this.#waitMs = Math.min(CALM_MS, 1.5 * this.#waitMs);
    } else if (response.ok) {
      this.#waitMs = BRISK_MS;
      const news = await response.json();
      // Another has begun meanwhile: since a vote was answered, perhaps, and this one does not know of it.
      if (look === this.#looks) {
        this.#etag = response.headers.get("ETag") ?? "";
        this.#tellNews(news, id);
      }
    } else {
      const refusal = await response.json();
      // When to ask again is then the link's to know.
      if (id) return this.#tell({ type: "ERROR", data: refusal, id });
      if (response.status === 404) this.#tellRemoved(join);
      // Too many at once, or the stores are away: the next look may do better.
      else this.#waitMs = Math.max(CALM_MS, refusal.retryAfterMs ?? 0);
    }
    this.#lookLater();
  }

  #tellNews(news: PollView | RoomView, id: string | undefined): void {
    const isRoom = "room" in news;
    const view = isRoom ? news.view : news;
    const at = id === undefined ? {} : { id };
    const { serverTime } = isRoom ? news.room : news.poll;
    this.#offset = serverTime - this.#ports.timer.now();
    if (isRoom) this.#tell({ type: "ROOM_UPDATE", data: news.room, ...at });
    if (view) this.#tell({ type: "POLL_UPDATE", data: view.poll, ...(isRoom ? {} : at) });
    if (view) this.#tell({ type: "RESULTS_UPDATE", data: view.results });
  }

  #tellRemoved({ type, data }: Join): void {
    const event = "removed";
    if (type === "JOIN_ROOM") this.#tell({ type: "ROOM_SYSTEM", data: { roomId: data.roomId, event } });
    else this.#tell({ type: "POLL_SYSTEM", data: { pollId: data.pollId, event } });
  }

  async #cast({ data: { pollId, ...ballot }, id }: Cast): Promise<void> {
    const response = await fetch(`/api/polls/${pollId}/votes`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(ballot),
    });
    const data = await response.json();
    const type = response.ok ? (response.status === 202 ? "VOTE_PENDING" : "VOTE_ACCEPTED") : "ERROR";
    this.#tell({ type, data, ...(id && { id }) } as ServerMessage); // of this type, as the server answers
    // Whoever has voted may see what was hidden before.
    if (type === "VOTE_ACCEPTED") await this.#look();
  }

  async #ping(): Promise<void> {
    // The looks go on, ever so slowly; one that fails ends the connection.
    if (!this.#ports.isHidden()) await this.#look();
    this.#tell({ type: "PONG", data: { serverTime: this.#ports.timer.now() + this.#offset } });
  }

  #tell(message: ServerMessage): void {
    this.onmessage?.(new MessageEvent("message", { data: encode(message) }));
  }
}
