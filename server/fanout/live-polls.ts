import type { OptionId, PollId, VoterId } from "../../shared/ids.ts";
import { MAX_JOINED_POLLS } from "../../shared/limits.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { notFoundRefusal } from "../app/poll.ts";
import type { BallotListener, PollBus, PollNews, Unfollow } from "../app/ports.ts";
import { LivePoll, type LivePollPorts } from "./live-poll.ts";
import type { Viewer } from "./viewer.ts";

/** How long a poll nobody watches stays followed (ms), so that a reload finds it as it was. */
const LINGER_MS = 10_000;
/** A socket that has not read for this long (ms) is closed; it comes back when its network does. */
const TOO_SLOW_MS = 30_000;

interface Followed {
  readonly live: LivePoll;
  readonly unfollow: Unfollow;
  lingering: Timer | null;
}

/** What a live poll needs and its neighbours do not provide. */
export type LivePollsPorts = Omit<LivePollPorts, "doubtBus" | "onGone">;

/** Where the figures of live polls go. */
export interface LivePollsMeter {
  join(): void;
  livePolls(live: number): void;
}

/** The polls that somebody on this node watches: each is followed and read once, however many join. */
export class LivePolls implements BallotListener {
  readonly #bus: PollBus;
  readonly #ports: LivePollsPorts;
  readonly #meter: LivePollsMeter;
  readonly #followed = new Map<PollId, Followed>();
  readonly #opening = new Map<PollId, Promise<Followed | null>>();
  /** What each viewer has joined, and whether by itself: the others it left its room to join. */
  readonly #joined = new Map<Viewer, Map<PollId, "itself" | "room">>();

  constructor(bus: PollBus, ports: LivePollsPorts, meter: LivePollsMeter) {
    this.#bus = bus;
    this.#ports = ports;
    this.#meter = meter;
  }

  /**
   * Joins a poll; the answer goes to the viewer, a refusal to the caller. `owner`, which never rejects: whether the viewer is
   * its host without a key. It is waited for in the seat, so that a viewer who leaves meanwhile has left. `by`: whether the
   * viewer itself asked for this poll, or its room is at it.
   */
  async join(
    viewer: Viewer,
    pollId: PollId,
    hostKey: string | undefined,
    id: string | undefined,
    owner?: Promise<boolean>,
    by: "itself" | "room" = "itself",
  ): Promise<Refusal | null> {
    const joined = this.#joined.get(viewer) ?? new Map<PollId, "itself" | "room">();
    if (joined.size >= MAX_JOINED_POLLS && !joined.has(pollId)) {
      return refuse("NOT_ALLOWED", `A socket joins at most ${MAX_JOINED_POLLS} polls; leave one first.`, {
        pollId,
      });
    }
    // Before waiting: a socket that closes meanwhile must find this poll to leave.
    this.#joined.set(viewer, joined.set(pollId, joined.get(pollId) === "itself" ? "itself" : by));
    const followed = this.#followed.get(pollId) ?? (await this.#open(pollId));
    if (!followed) {
      joined.delete(pollId);
      return notFoundRefusal(pollId);
    }
    if (!this.#joined.get(viewer)?.has(pollId)) return null;
    if (followed.lingering) clearTimeout(followed.lingering);
    followed.lingering = null;
    this.#meter.join();
    await followed.live.join(viewer, hostKey, id, owner);
    return null;
  }

  leave(viewer: Viewer, pollId: PollId): void {
    this.#joined.get(viewer)?.delete(pollId);
    this.#followed.get(pollId)?.live.leave(viewer);
    this.#lingerIfEmpty(pollId);
  }

  /** Its room has left the poll: so has the viewer, unless it joined the poll by itself. Returns whether it has. */
  leaveWithRoom(viewer: Viewer, pollId: PollId): boolean {
    if (this.#joined.get(viewer)?.get(pollId) !== "room") return false;
    this.leave(viewer, pollId);
    return true;
  }

  /** The socket is gone. */
  leaveAll(viewer: Viewer): void {
    for (const pollId of this.#joined.get(viewer)?.keys() ?? []) this.leave(viewer, pollId);
    this.#joined.delete(viewer);
  }

  ballotCounted(pollId: PollId, voter: VoterId, optionIds: readonly OptionId[]): void {
    this.#followed.get(pollId)?.live.ballotCounted(voter, optionIds);
  }

  /** The socket has room again. */
  drained(viewer: Viewer): void {
    for (const live of this.#livesOf(viewer)) live.drained(viewer);
  }

  /** Whether the socket has been behind for so long that it had better come back later. */
  isTooSlow(viewer: Viewer, now: number): boolean {
    return this.#livesOf(viewer).some((live) => {
      const since = live.behindSince(viewer);
      return since !== null && now - since > TOO_SLOW_MS;
    });
  }

  stop(): void {
    for (const pollId of [...this.#followed.keys()]) this.#drop(pollId);
  }

  #livesOf(viewer: Viewer): LivePoll[] {
    return [...(this.#joined.get(viewer)?.keys() ?? [])].flatMap(
      (pollId) => this.#followed.get(pollId)?.live ?? [],
    );
  }

  #open(pollId: PollId): Promise<Followed | null> {
    const opening =
      this.#opening.get(pollId) ?? this.#follow(pollId).finally(() => this.#opening.delete(pollId));
    this.#opening.set(pollId, opening);
    return opening;
  }

  /** Follow first, read second: a change in between is heard, kept, and merged by version. */
  async #follow(pollId: PollId): Promise<Followed | null> {
    const early: PollNews[] = [];
    let hear = (news: PollNews): void => void early.push(news);
    const unfollow = await this.#bus.follow(pollId, (news) => hear(news));
    const poll = await this.#ports.polls.read(pollId).catch((outage: unknown) => {
      unfollow();
      throw outage;
    });
    if (!poll) {
      unfollow();
      return null;
    }
    const live = new LivePoll(poll, {
      ...this.#ports,
      doubtBus: (doubted) => this.#bus.doubt(doubted),
      onGone: () => this.#hear(live, { kind: "event", pollId, event: "removed" }),
    });
    hear = (news) => this.#hear(live, news);
    const followed = { live, unfollow, lingering: null };
    this.#followed.set(pollId, followed);
    this.#meter.livePolls(this.#followed.size);
    for (const news of early) hear(news);
    this.#lingerIfEmpty(pollId);
    return followed;
  }

  #hear(live: LivePoll, news: PollNews): void {
    live.hear(news);
    if (news.kind === "event" && news.event === "removed") this.#drop(news.pollId);
  }

  #lingerIfEmpty(pollId: PollId): void {
    const followed = this.#followed.get(pollId);
    if (!followed?.live.isEmpty || followed.lingering) return;
    followed.lingering = setTimeout(() => this.#drop(pollId), LINGER_MS);
    followed.lingering.unref();
  }

  #drop(pollId: PollId): void {
    const followed = this.#followed.get(pollId);
    if (!followed) return;
    this.#followed.delete(pollId);
    this.#meter.livePolls(this.#followed.size);
    if (followed.lingering) clearTimeout(followed.lingering);
    followed.unfollow();
    followed.live.stop();
  }
}
