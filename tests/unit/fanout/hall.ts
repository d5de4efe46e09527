import type { Poll, PollControl, PollDefinition } from "../../../server/app/poll.ts";
import type { PollBus, PollStore } from "../../../server/app/ports.ts";
import { LivePolls } from "../../../server/fanout/live-polls.ts";
import { LocalBus } from "../../../server/fanout/local-bus.ts";
import type { Publisher, Viewer } from "../../../server/fanout/viewer.ts";
import {
  type EmbeddedPollStore,
  openEmbeddedPollStore,
} from "../../../server/store/embedded/embedded-poll-store.ts";
import { decodeServerMessage } from "../../../shared/codec.ts";
import type { PollId, VoterId } from "../../../shared/ids.ts";
import type { ServerMessage, SystemEvent } from "../../../shared/messages.ts";
import { dataFolder } from "../../contract/embedded-harness.ts";
import {
  auditOf,
  ballotOf,
  type DefinitionParts,
  definitionOf,
  newVoter,
  openControl,
  steppableClock,
} from "../../support/fixtures.ts";

type DataOf<Type extends ServerMessage["type"]> = Extract<ServerMessage, { type: Type }>["data"];

/** A viewer whose socket is this test: what it was sent, and whether it reads. */
export class SeatedViewer implements Viewer {
  readonly voter: VoterId;
  lastJoined: PollId | null = null;
  readonly topics = new Set<string>();
  readonly frames: string[] = [];
  /** Bytes wait: the test said that this viewer stopped reading. */
  stalled = false;

  constructor(voter: VoterId = newVoter()) {
    this.voter = voter;
  }

  send(message: ServerMessage): void {
    this.sendFrame(JSON.stringify(message));
  }

  sendFrame(frame: string): void {
    this.frames.push(frame);
  }

  subscribe(topic: string): void {
    this.topics.add(topic);
  }

  unsubscribe(topic: string): void {
    this.topics.delete(topic);
  }

  isBehind(): boolean {
    return this.stalled;
  }

  /** What it was sent of one type, oldest first. */
  got<Type extends ServerMessage["type"]>(type: Type): DataOf<Type>[] {
    return this.frames
      .map(decodeServerMessage)
      .filter((message) => message?.type === type)
      .map((message) => message?.data as DataOf<Type>); // of the type that was filtered for
  }
}

/** Live polls on a real store and bus, in a hall where the test is every socket. `await using` takes it down. */
export class Hall implements Publisher, AsyncDisposable {
  readonly clock = steppableClock();
  readonly troubles: string[] = [];
  readonly bus = new LocalBus();
  readonly livePolls: LivePolls;
  readonly store: EmbeddedPollStore;
  /** What was asked of bus and store on behalf of viewers. */
  readonly calls = { follow: 0, read: 0, choicesOf: 0 };
  readonly published: string[] = [];
  /** What happens in that moment; a rejection stands for an outage. */
  betweenFollowingAndReading: (() => Promise<void>) | null = null;
  /** What happens between the store's answer and its arrival. */
  afterLookingUpChoices: (() => Promise<void>) | null = null;
  readonly #viewers = new Set<SeatedViewer>();
  readonly #folder: AsyncDisposable;

  private constructor(folder: AsyncDisposable & { readonly directory: string }) {
    this.#folder = folder;
    const { directory } = folder;
    this.store = openEmbeddedPollStore({ directory, clock: this.clock.now, tell: this.bus.tell });
    const ports = {
      polls: this.#observed(this.store),
      clock: this.clock.now,
      publisher: this,
      node: "hall",
      onTrouble: (doing: string, trouble: unknown) => this.troubles.push(`${doing}: ${trouble}`),
    };
    this.livePolls = new LivePolls(this.#observedBus(), ports, { join: () => {}, livePolls: () => {} });
  }

  static async open(): Promise<Hall> {
    return new Hall(await dataFolder());
  }

  /** As Bun's: `false` if one of the subscribers did not take all of it; it is queued for that one all the same. */
  publish(topic: string, frame: string): boolean {
    this.published.push(frame);
    const subscribed = [...this.#viewers].filter((viewer) => viewer.topics.has(topic));
    for (const viewer of subscribed) viewer.sendFrame(frame);
    return subscribed.length > 0 && !subscribed.some((viewer) => viewer.stalled);
  }

  /** An open poll; three options, one minute. */
  async poll(parts: DefinitionParts = {}): Promise<PollDefinition> {
    const definition = definitionOf(parts);
    await this.store.create(definition, openControl(definition), auditOf("created"));
    return definition;
  }

  /** From then on its socket hears what is published to its topics. */
  admit(viewer: SeatedViewer): SeatedViewer {
    this.#viewers.add(viewer);
    return viewer;
  }

  async join(pollId: PollId, viewer = new SeatedViewer()): Promise<SeatedViewer> {
    this.admit(viewer);
    await this.livePolls.join(viewer, pollId, undefined, undefined);
    return viewer;
  }

  /** Casts a ballot the way of `castBallot`. */
  async cast(pollId: PollId, voter: VoterId, option: number, revision = 1): Promise<void> {
    const ballot = ballotOf(pollId, voter, [option], revision);
    const outcome = await this.store.cast(ballot);
    if (outcome.kind === "accepted") this.livePolls.ballotCounted(pollId, voter, outcome.choice.optionIds);
  }

  async steer(pollId: PollId, change: Partial<PollControl>, event: SystemEvent): Promise<void> {
    const { control } = await this.#read(pollId);
    const next = { ...control, ...change, seq: control.seq + 1 };
    await this.store.steer({
      pollId,
      expectedSeq: control.seq,
      control: next,
      event,
      audit: auditOf(event),
    });
  }

  async remove(pollId: PollId): Promise<void> {
    const { seq } = (await this.#read(pollId)).control;
    const audit = auditOf("removed");
    await this.store.steer({ pollId, expectedSeq: seq, control: "removed", event: "removed", audit });
  }

  /** The real store, with its calls counted and the moments in which tests let something happen. */
  #observed(store: PollStore): PollStore {
    return new Proxy(store, {
      get: (target, name: keyof PollStore) => {
        if (name === "read") return (pollId: PollId) => this.#observedRead(pollId);
        if (name === "choicesOf")
          return (...asked: Parameters<PollStore["choicesOf"]>) => this.#observedChoices(...asked);
        return target[name].bind(target);
      },
    });
  }

  async #observedRead(pollId: PollId): Promise<Poll | null> {
    this.calls.read += 1;
    const poll = await this.store.read(pollId);
    await this.betweenFollowingAndReading?.();
    return poll;
  }

  async #observedChoices(...asked: Parameters<PollStore["choicesOf"]>) {
    this.calls.choicesOf += 1;
    const choices = await this.store.choicesOf(...asked);
    await this.afterLookingUpChoices?.();
    return choices;
  }

  #observedBus(): PollBus {
    return {
      follow: (pollId, listener) => {
        this.calls.follow += 1;
        return this.bus.follow(pollId, listener);
      },
      doubt: () => this.bus.doubt(),
    };
  }

  async #read(pollId: PollId): Promise<Poll> {
    const poll = await this.store.read(pollId);
    if (!poll) throw new Error(`There is no poll ${pollId}.`);
    return poll;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.livePolls.stop();
    await this.store.close();
    await this.#folder[Symbol.asyncDispose]();
  }
}
