import { encode } from "../../shared/codec.ts";
import type { OptionId, VoterId } from "../../shared/ids.ts";
import { isHostKey } from "../app/host-key.ts";
import { isNewer, maySeeResults, type Poll } from "../app/poll.ts";
import type { Clock, PollNews, PollStore } from "../app/ports.ts";
import { pollUpdate, resultsUpdate } from "../app/snapshot.ts";
import { Audiences } from "./audiences.ts";
import { ChoiceLookup } from "./choice-lookup.ts";
import { Seat } from "./seat.ts";
import { snapshotIntervalMs, Tick } from "./tick.ts";
import type { Publisher, Viewer } from "./viewer.ts";

/** A viewer count changes at most this often (ms). */
const VIEWERS_INTERVAL_MS = 1_000;

export interface LivePollPorts {
  readonly polls: PollStore;
  readonly clock: Clock;
  readonly publisher: Publisher;
  /** This node's name, under which its viewers are counted. */
  readonly node: string;
  /** Told of what went wrong behind the scenes; the viewers are served what is known. */
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/**
 * One poll as this node shows it: the newest state that reached it, and the seats that watch. News comes in at `hear`,
 * whichever node it began on; snapshots leave at the pace of the tick, one encoding per audience.
 */
export class LivePoll {
  poll: Poll;
  readonly #ports: LivePollPorts;
  readonly #seats = new Map<Viewer, Seat>();
  readonly #seatsOfVoter = new Map<VoterId, Set<Seat>>();
  readonly #audiences: Audiences;
  readonly #choices: ChoiceLookup;
  readonly #snapshots: Tick;
  readonly #viewers: Tick;

  constructor(poll: Poll, ports: LivePollPorts) {
    const { pollId } = poll.definition;
    this.poll = poll;
    this.#ports = ports;
    this.#audiences = new Audiences(pollId, ports.publisher);
    this.#choices = new ChoiceLookup(pollId, ports.polls);
    this.#snapshots = new Tick(
      () => this.#audiences.publishResults(this.poll, ports.clock()),
      (lagMs) => snapshotIntervalMs(this.#seats.size, lagMs),
    );
    this.#viewers = new Tick(
      () =>
        this.#inBackground("report viewers", ports.polls.reportViewers(pollId, ports.node, this.#seats.size)),
      () => VIEWERS_INTERVAL_MS,
    );
  }

  get isEmpty(): boolean {
    return this.#seats.size === 0;
  }

  /** Takes a seat and answers JOIN_POLL: `POLL_UPDATE` with the frame's `id`, then `RESULTS_UPDATE`. */
  async join(viewer: Viewer, hostKey: string | undefined, id: string | undefined): Promise<void> {
    const host = isHostKey(this.poll.definition, hostKey);
    const seat = this.#seats.get(viewer) ?? this.#newSeat(viewer, host);
    seat.host ||= host;
    await this.#learnVote(seat);
    if (this.#seats.get(viewer) !== seat) return;
    this.#audiences.place(seat);
    viewer.send({
      type: "POLL_UPDATE",
      data: pollUpdate(this.poll, seat, this.#ports.clock()),
      ...(id !== undefined && { id }),
    });
    this.#sendResults(seat);
  }

  leave(viewer: Viewer): void {
    const seat = this.#seats.get(viewer);
    if (!seat) return;
    this.#seats.delete(viewer);
    this.#audiences.remove(seat);
    const seats = this.#seatsOfVoter.get(viewer.voter);
    seats?.delete(seat);
    if (seats?.size === 0) this.#seatsOfVoter.delete(viewer.voter);
    this.#viewers.request();
  }

  /** News of this poll, from this node's store or over the bus. What is not newer than what is shown is dropped. */
  hear(news: PollNews): void {
    if (news.kind === "event") {
      const { pollId, event } = news;
      this.#audiences.publishToAll({ type: "POLL_SYSTEM", data: { pollId, event } }, this.#ports.clock());
      return;
    }
    if (!isNewer(news.tally, this.poll.tally)) return;
    const before = this.poll;
    this.poll = { ...before, control: news.control, tally: news.tally };
    this.#snapshots.request();
    if (news.control.seq === before.control.seq) return;
    this.#inBackground("tell of a change", this.#tellChange(before.control.status === "draft"));
  }

  /** A ballot of this voter was counted on this node: the voter's audience may be another now. */
  ballotCounted(voter: VoterId, optionIds: readonly OptionId[]): void {
    const seats = this.#seatsOfVoter.get(voter);
    if (!seats) return;
    for (const seat of seats) {
      const sawResults = maySeeResults(this.poll.control, seat.audience);
      seat.yourVote = optionIds;
      seat.learnt += 1;
      if (this.#audiences.place(seat) && !sawResults) this.#sendResults(seat);
    }
    if (seats.size > 1) this.#inBackground("tell the voter's other windows", this.#refresh([...seats]));
  }

  /** A socket has read everything that waited for it: what it missed is one newest state. */
  drained(viewer: Viewer): void {
    const seat = this.#seats.get(viewer);
    if (!seat || seat.behindSince === null) return;
    this.#audiences.catchUp(seat);
    this.#inBackground(
      "catch a slow viewer up",
      this.#refresh([seat]).then(() => this.#sendResults(seat)),
    );
  }

  /** Since when (epoch ms) this viewer has not kept up; `null` if it does. */
  behindSince(viewer: Viewer): number | null {
    return this.#seats.get(viewer)?.behindSince ?? null;
  }

  stop(): void {
    this.#snapshots.stop();
    this.#viewers.stop();
  }

  #newSeat(viewer: Viewer, host: boolean): Seat {
    const seat = new Seat(viewer, host);
    this.#seats.set(viewer, seat);
    const seats = this.#seatsOfVoter.get(viewer.voter) ?? new Set();
    this.#seatsOfVoter.set(viewer.voter, seats.add(seat));
    this.#viewers.request();
    return seat;
  }

  async #learnVote(seat: Seat): Promise<void> {
    const { learnt } = seat;
    const choice = await this.#choices.choiceOf(seat.viewer.voter);
    if (seat.learnt === learnt) seat.yourVote = choice?.optionIds ?? null;
  }

  async #tellChange(wasDraft: boolean): Promise<void> {
    const { polls } = this.#ports;
    if (wasDraft) {
      const poll = await polls.read(this.poll.definition.pollId);
      if (poll)
        this.poll = isNewer(poll.tally, this.poll.tally)
          ? poll
          : { ...this.poll, definition: poll.definition };
    }
    await this.#refresh([...this.#seats.values()]);
  }

  /** Sends `POLL_UPDATE` to each of the seats, encoded once for all who chose the same. */
  async #refresh(seats: readonly Seat[]): Promise<void> {
    await Promise.all(seats.map((seat) => this.#learnVote(seat)));
    const now = this.#ports.clock();
    const frames = new Map<string, string>();
    for (const seat of seats) {
      if (this.#seats.get(seat.viewer) !== seat || seat.behindSince !== null) continue;
      this.#audiences.place(seat);
      const key = `${seat.host}:${seat.yourVote?.join() ?? ""}`;
      const frame =
        frames.get(key) ?? encode({ type: "POLL_UPDATE", data: pollUpdate(this.poll, seat, now) });
      frames.set(key, frame);
      seat.viewer.sendFrame(frame);
    }
  }

  #sendResults(seat: Seat): void {
    seat.viewer.send({ type: "RESULTS_UPDATE", data: resultsUpdate(this.poll, seat.audience) });
  }

  #inBackground(doing: string, work: Promise<unknown>): void {
    work.catch((trouble: unknown) => this.#ports.onTrouble(doing, trouble));
  }
}
