import { encode } from "../../shared/codec.ts";
import type { OptionId, PollId, VoterId } from "../../shared/ids.ts";
import { sameChoice } from "../app/ballot.ts";
import { isHostKey } from "../app/host-key.ts";
import { isNewer, maySeeResults, type Poll, type Tally } from "../app/poll.ts";
import type { Clock, PollNews, PollStore } from "../app/ports.ts";
import { repeat } from "../app/repeat.ts";
import { pollUpdate, resultsUpdate } from "../app/snapshot.ts";
import { Audiences } from "./audiences.ts";
import { ChoiceLookup } from "./choice-lookup.ts";
import { answered, heard, isSameControl, type Picture } from "./newest-picture.ts";
import { Seat } from "./seat.ts";
import { snapshotIntervalMs, Tick } from "./tick.ts";
import type { Publisher, Viewer } from "./viewer.ts";
import { ViewerReports } from "./viewer-reports.ts";

/** How often the store is asked what is true (ms, spread at random): how long a lost message can stay unnoticed. */
const RECONCILE_MS = { least: 1_000, most: 2_000 };

const NOTHING_YET: Pick<Tally, "epoch" | "version"> = { epoch: 0, version: 0 };

export interface LivePollPorts {
  readonly polls: PollStore;
  readonly clock: Clock;
  readonly publisher: Publisher;
  /** This node's name, under which its viewers are counted. */
  readonly node: string;
  /** Told that the store shows a change of this poll that the bus has not brought. */
  readonly doubtBus: (pollId: PollId) => void;
  /** Told that the store has this poll no longer. */
  readonly onGone: (pollId: PollId) => void;
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
  readonly #updates: Tick;
  /** Seats that are to be told the poll anew with the next update. */
  readonly #untold = new Set<Seat>();
  readonly #viewers: ViewerReports;
  readonly #stopReconciling: () => void;
  /** The newest state the bus has brought, and the newest that only the store has shown. */
  #brought = NOTHING_YET;
  #missed = NOTHING_YET;

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
    this.#updates = new Tick(
      () => this.#inBackground("tell viewers of a change", this.#tellUntold()),
      (lagMs) => snapshotIntervalMs(this.#seats.size, lagMs),
    );
    this.#viewers = new ViewerReports(
      (joined) => ports.polls.reportViewers(pollId, ports.node, this.#seats.size, joined),
      (trouble) => ports.onTrouble("report viewers", trouble),
    );
    this.#stopReconciling = repeat(
      () => RECONCILE_MS.least + Math.random() * (RECONCILE_MS.most - RECONCILE_MS.least),
      () => this.#reconcile(),
      (trouble) => ports.onTrouble("reconcile a poll", trouble),
    );
  }

  get isEmpty(): boolean {
    return this.#seats.size === 0;
  }

  /** Takes a seat and answers JOIN_POLL: `POLL_UPDATE` with the frame's `id`, then `RESULTS_UPDATE`. */
  async join(
    viewer: Viewer,
    hostKey: string | undefined,
    id: string | undefined,
    owner?: Promise<boolean>,
  ): Promise<void> {
    const host = isHostKey(this.poll.definition, hostKey);
    const seat = this.#seats.get(viewer) ?? this.#newSeat(viewer, host);
    seat.host ||= host;
    await this.#learnVote(seat);
    if (owner) seat.host = (await owner) || seat.host;
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
    this.#untold.delete(seat);
    this.#audiences.remove(seat);
    const seats = this.#seatsOfVoter.get(viewer.voter);
    seats?.delete(seat);
    if (seats?.size === 0) this.#seatsOfVoter.delete(viewer.voter);
    this.#viewers.changed();
  }

  /** News of this poll, from this node's store or over the bus. What of it is not newer than what is shown is dropped. */
  hear(news: PollNews): void {
    if (news.kind === "event") {
      const { pollId, event } = news;
      const message = { type: "POLL_SYSTEM", data: { pollId, event } } as const;
      this.#audiences.publishToAll(message, this.#ports.clock());
      // Every other event is in the state that a slow viewer gets when it drains; a removed poll has none.
      if (event === "removed") this.#audiences.sendToThoseBehind(message);
      return;
    }
    if (isNewer(news.tally, this.#brought)) this.#brought = news.tally;
    this.#show(heard(this.poll, news));
  }

  /** A ballot of this voter was counted on this node: the voter's audience may be another now. */
  ballotCounted(voter: VoterId, optionIds: readonly OptionId[]): void {
    const seats = this.#seatsOfVoter.get(voter);
    if (!seats) return;
    const surprised = [...seats].filter(({ yourVote }) => !yourVote || !sameChoice(yourVote, optionIds));
    for (const seat of seats) {
      const sawResults = maySeeResults(this.poll.control, seat.audience);
      seat.yourVote = optionIds;
      seat.learnt += 1;
      if (this.#audiences.place(seat) && !sawResults) this.#sendResults(seat);
    }
    // A voter's only window has its answer; others learn of it here.
    if (seats.size > 1) this.#tell(surprised);
  }

  /** A socket has room again. Once it has read everything that waited, what it missed is one newest state. */
  drained(viewer: Viewer): void {
    const seat = this.#seats.get(viewer);
    if (!seat || seat.behindSince === null || viewer.isBehind()) return;
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
    this.#stopReconciling();
    this.#snapshots.stop();
    this.#updates.stop();
    this.#viewers.stop();
  }

  /** Shows what has changed; a change of control is told to each seat, also where the count is the same. */
  #show({ control, tally }: Picture): void {
    const before = this.poll;
    const steered = !isSameControl(control, before.control);
    if (!steered && !isNewer(tally, before.tally)) return;
    this.poll = { ...before, control, tally };
    this.#snapshots.request();
    if (!steered) return;
    if (before.control.status === "draft") this.#inBackground("read a draft's text", this.#tellNewText());
    else this.#tell(this.#seats.values());
  }

  /**
   * Takes what the store has, whatever became of the messages. What the store showed a round ago and the bus still has
   * not brought is a reason to doubt the subscription.
   */
  async #reconcile(): Promise<void> {
    const { pollId } = this.poll.definition;
    if (isNewer(this.#missed, this.#brought)) this.#ports.doubtBus(pollId);
    const asked = this.poll;
    const poll = await this.#ports.polls.reconcile(pollId, asked.tally, asked.control);
    if (!poll) return this.#ports.onGone(pollId);
    this.#missed = isNewer(poll.tally, this.poll.tally) ? poll.tally : NOTHING_YET;
    this.#show(answered(this.poll, asked, poll));
    this.#viewers.renew();
  }

  #newSeat(viewer: Viewer, host: boolean): Seat {
    const seat = new Seat(viewer, host);
    this.#seats.set(viewer, seat);
    const seats = this.#seatsOfVoter.get(viewer.voter) ?? new Set();
    this.#seatsOfVoter.set(viewer.voter, seats.add(seat));
    this.#viewers.joined(viewer.voter);
    return seat;
  }

  async #learnVote(seat: Seat): Promise<void> {
    const { learnt } = seat;
    const choice = await this.#choices.choiceOf(seat.viewer.voter);
    if (seat.learnt === learnt) seat.yourVote = choice?.optionIds ?? null;
  }

  async #tellNewText(): Promise<void> {
    const poll = await this.#ports.polls.read(this.poll.definition.pollId);
    if (poll) this.poll = { definition: poll.definition, ...heard(this.poll, poll) };
    this.#tell(this.#seats.values());
  }

  /** Tells these seats the poll as it then stands, paced like the results: a host may change it more often than that. */
  #tell(seats: Iterable<Seat>): void {
    for (const seat of seats) this.#untold.add(seat);
    this.#updates.request();
  }

  async #tellUntold(): Promise<void> {
    const seats = [...this.#untold];
    this.#untold.clear();
    await this.#refresh(seats);
  }

  /** Sends `POLL_UPDATE` to each of the seats, encoded once for all who chose the same. */
  async #refresh(seats: readonly Seat[]): Promise<void> {
    await Promise.all(seats.map((seat) => this.#learnVote(seat)));
    const now = this.#ports.clock();
    const frames = new Map<string, string>();
    for (const seat of seats) {
      if (this.#seats.get(seat.viewer) !== seat || this.#audiences.leaveOutIfBehind(seat, now)) continue;
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
