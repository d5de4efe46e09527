import type { RedisCluster } from "../../infra/local/redis-cluster.ts";
import type { RedisNode } from "../../infra/local/redis-node.ts";
import type { PollControl } from "../../server/app/poll.ts";
import type { RegisteredBallot } from "../../server/app/register.ts";
import {
  connectSubscriber,
  type RedisAddress,
  type RedisSettings,
} from "../../server/store/redis/connect-redis.ts";
import { pollChannels, pollKeys } from "../../server/store/redis/keys.ts";
import { RedisTier } from "../../server/store/redis/redis-tier.ts";
import type { Breakers } from "../../server/store/tiers/health.ts";
import type { RedisCast, RedisView, Told } from "../../server/store/tiers/redis-side.ts";
import type { PollId, VoterId } from "../../shared/ids.ts";
import { ballotOf, type DefinitionParts, definitionOf, newVoter, openControl } from "../support/fixtures.ts";
import { waitFor } from "../support/wait-for.ts";

/** Breakers that a test opens, and that remember what they were told. */
export class HandBreakers implements Breakers {
  readonly failures: string[] = [];
  readonly #open = new Set<string>();
  readonly #listeners: ((store: string) => void)[] = [];

  isOpen(store: string): boolean {
    return this.#open.has(store);
  }

  failed(store: string): void {
    this.failures.push(store);
  }

  onOpen(listener: (store: string) => void): void {
    this.#listeners.push(listener);
  }

  open(store: string): void {
    this.#open.add(store);
    for (const listener of this.#listeners) listener(store);
  }

  close(store: string): void {
    this.#open.delete(store);
  }
}

/** `RedisTier` on servers that run already. To be closed. */
export class TierBench {
  readonly breakers = new HandBreakers();
  readonly tier: RedisTier;
  readonly #settings: RedisSettings;

  /** `access`: how, where these servers do not take everybody. */
  constructor(nodes: readonly RedisAddress[], access: Omit<RedisSettings, "nodes"> = {}) {
    this.#settings = { ...access, nodes: nodes.map(({ host, port }) => ({ host, port })) };
    this.tier = new RedisTier({
      settings: this.#settings,
      breakers: this.breakers,
      // The tests look at what comes of it.
      onTrouble: () => {},
      onError: () => {},
    });
  }

  /** Resolves when the shard of this poll can be asked. */
  async reaches(pollId: PollId): Promise<void> {
    await waitFor("the shard to be found", () => !this.tier.isAway(pollId));
  }

  /** A poll that is open now for a minute, kept by the tier. */
  async open(parts: DefinitionParts = {}, control: Partial<PollControl> = {}): Promise<Told> {
    const definition = definitionOf(parts);
    const told = { definition, control: { ...openControl(definition, Date.now()), ...control }, epoch: 1 };
    await this.reaches(definition.pollId);
    if ((await this.tier.create(told)) !== "created") throw new Error("The poll was not created.");
    return told;
  }

  /** One vote each of new voters for these options, all at once. Returns what stands. */
  async vote(pollId: PollId, ...choices: number[]): Promise<RegisteredBallot[]> {
    const casts = await Promise.all(
      choices.map((option) => this.tier.cast(ballotOf(pollId, newVoter(), [option]))),
    );
    return casts.map((cast) => {
      if (cast.kind !== "judged" || cast.outcome.kind !== "accepted" || !cast.standing) {
        throw new Error(`Not accepted: ${JSON.stringify(cast)}`);
      }
      return cast.standing;
    });
  }

  /** All ballots, by voter. */
  async ballots(pollId: PollId): Promise<Map<VoterId, RegisteredBallot>> {
    const all = new Map<VoterId, RegisteredBallot>();
    for await (const part of this.tier.ballots(pollId))
      for (const ballot of part) all.set(ballot.voter, ballot);
    return all;
  }

  /** Makes the state whole from these ballots, as a rebuild does. */
  async rebuild(told: Told, ballots: readonly RegisteredBallot[] = [], token = "rebuilder"): Promise<void> {
    const { pollId } = told.definition;
    const steps = [
      await this.tier.begin(pollId, token, false),
      await this.tier.bring(pollId, token, ballots),
      await this.tier.finish(told, token),
    ];
    if (steps.join() !== "begun,done,done") throw new Error(`The rebuild failed: ${steps}`);
  }

  /** What is read, which must be there and trusted. */
  async view(pollId: PollId): Promise<RedisView> {
    const read = await this.tier.read(pollId);
    if (typeof read === "string") throw new Error(`The poll reads ${read}.`);
    return read;
  }

  /** Everything that is published about a poll from now on: event names, and snapshots as they are. To be stopped. */
  async follow(pollId: PollId) {
    const subscriber = connectSubscriber(this.#settings, "cluster");
    subscriber.on("error", () => {});
    const { updates, system } = pollChannels(pollId);
    const news: string[] = [];
    subscriber.on("smessage", (_channel: string, message: string) => news.push(message));
    await subscriber.ssubscribe(updates, system);
    return { news, stop: () => subscriber.disconnect() };
  }
}

/** Next control of a poll that was told, by one step. */
export function stepped(told: Told, change: Partial<PollControl>, epoch = told.epoch): Told {
  return { ...told, control: { ...told.control, ...change, seq: told.control.seq + 1 }, epoch };
}

export function closed(told: Told, epoch = told.epoch): Told {
  return stepped(told, { status: "closed", closedAt: Date.now() }, epoch);
}

export function ballot(voter: VoterId, revision: number, choice: string): RegisteredBallot {
  return { voter, revision, choice };
}

/** A poll's keys on the master that has them now. */
export class PollKeysThere {
  readonly master: RedisNode;
  readonly keys: ReturnType<typeof pollKeys>;

  private constructor(master: RedisNode, pollId: PollId) {
    this.master = master;
    this.keys = pollKeys(pollId);
  }

  static async of(cluster: RedisCluster, pollId: PollId): Promise<PollKeysThere> {
    return new PollKeysThere(await cluster.masterOf(pollKeys(pollId).state), pollId);
  }

  state(field: string): Promise<string | null> {
    return this.master.redis.hget(this.keys.state, field);
  }

  /** V3: what the ballots say, and what is counted. */
  async counts(): Promise<{ counted: Record<string, number>; ofBallots: Record<string, number> }> {
    const { redis } = this.master;
    const [votes, participants, ballots] = await Promise.all([
      redis.hgetall(this.keys.votes),
      redis.scard(this.keys.participants),
      redis.hvals(this.keys.ballots),
    ]);
    const ofBallots: Record<string, number> = { participants: ballots.length };
    for (const option of Object.keys(votes)) ofBallots[option] = 0;
    for (const option of ballots.flatMap((text) => text.slice(text.indexOf(":") + 1).split(","))) {
      ofBallots[option] = (ofBallots[option] ?? 0) + 1;
    }
    const counted = Object.fromEntries(
      Object.entries(votes).map(([option, count]) => [option, Number(count)]),
    );
    return { counted: { ...counted, participants }, ofBallots };
  }
}

export function judged(cast: RedisCast): Extract<RedisCast, { kind: "judged" }> {
  if (cast.kind !== "judged") throw new Error(`Not judged: ${cast.kind}`);
  return cast;
}
