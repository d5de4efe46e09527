import { encode } from "../../shared/codec.ts";
import type { JoinCode } from "../../shared/ids.ts";
import type { ServerMessage } from "../../shared/messages.ts";
import { type Audience, maySeeResults, type Poll } from "../app/poll.ts";
import { resultsUpdate } from "../app/snapshot.ts";
import type { Seat } from "./seat.ts";
import type { Publisher } from "./viewer.ts";

const AUDIENCES: readonly Audience[] = ["public", "voted", "host"];

/**
 * The sockets of one poll, or of one room, on this node, by what they may see. A snapshot is encoded once for those who
 * see results and once for those who do not, whatever the number of sockets, and handed to the kernel by topic.
 */
export class Audiences {
  readonly #code: JoinCode;
  readonly #publisher: Publisher;
  readonly #members: Record<Audience, Set<Seat>> = { public: new Set(), voted: new Set(), host: new Set() };
  readonly #place = new Map<Seat, Audience>();

  constructor(code: JoinCode, publisher: Publisher) {
    this.#code = code;
    this.#publisher = publisher;
  }

  /** Puts a seat where it belongs now; returns whether that is another place than before. */
  place(seat: Seat): boolean {
    const before = this.#place.get(seat);
    const now = seat.audience;
    if (before === now) return false;
    this.remove(seat);
    this.#place.set(seat, now);
    this.#members[now].add(seat);
    if (seat.behindSince === null) seat.viewer.subscribe(this.#topic(now));
    return true;
  }

  remove(seat: Seat): void {
    const audience = this.#place.get(seat);
    if (!audience) return;
    this.#place.delete(seat);
    this.#members[audience].delete(seat);
    seat.viewer.unsubscribe(this.#topic(audience));
  }

  /** Sends the poll's results to everybody who keeps up, to each audience what it may see. */
  publishResults(poll: Poll, now: number): void {
    const frames = new Map<boolean, string>();
    this.publishToEach((audience) => {
      const seen = maySeeResults(poll.control, audience);
      const frame =
        frames.get(seen) ?? encode({ type: "RESULTS_UPDATE", data: resultsUpdate(poll, audience) });
      frames.set(seen, frame);
      return frame;
    }, now);
  }

  /** Sends each audience that is there a frame of its own, to everybody who keeps up. */
  publishToEach(frameFor: (audience: Audience) => string, now: number): void {
    for (const audience of AUDIENCES) {
      if (this.#members[audience].size > 0) this.#publish(audience, frameFor(audience), now);
    }
  }

  /** Sends one frame to everybody who keeps up. */
  publishToAll(message: ServerMessage, now: number): void {
    const frame = encode(message);
    for (const audience of AUDIENCES) this.#publish(audience, frame, now);
  }

  /** Sends one frame to everybody who does not keep up, behind what already waits for them. */
  sendToThoseBehind(message: ServerMessage): void {
    for (const seat of this.#place.keys()) if (seat.behindSince !== null) seat.viewer.send(message);
  }

  /** Returns whether this socket does not keep up; from then on it gets nothing of the poll until it drains. */
  leaveOutIfBehind(seat: Seat, now: number): boolean {
    if (seat.behindSince !== null) return true;
    if (!seat.viewer.isBehind()) return false;
    seat.behindSince = now;
    const audience = this.#place.get(seat);
    if (audience) seat.viewer.unsubscribe(this.#topic(audience));
    return true;
  }

  /** A socket has read what waited for it: it takes part again. */
  catchUp(seat: Seat): void {
    const audience = this.#place.get(seat);
    seat.behindSince = null;
    if (audience) seat.viewer.subscribe(this.#topic(audience));
  }

  /**
   * A subscriber that did not take a whole frame would get a queue of old snapshots: it is left out until it has read
   * what it has, then gets the newest. Looked for only when the publish says that there is one.
   */
  #publish(audience: Audience, frame: string, now: number): void {
    const members = this.#members[audience];
    if (members.size === 0 || this.#publisher.publish(this.#topic(audience), frame)) return;
    for (const seat of members) this.leaveOutIfBehind(seat, now);
  }

  #topic(audience: Audience): string {
    return `${this.#code}:${audience}`;
  }
}
