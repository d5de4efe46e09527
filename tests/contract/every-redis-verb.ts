import { newEntry } from "../../server/app/session.ts";
import { RedisBus } from "../../server/fanout/redis-bus.ts";
import { RedisRoomBus } from "../../server/fanout/redis-room-bus.ts";
import {
  connectRedis,
  connectSubscriber,
  type RedisSettings,
  whenReady,
} from "../../server/store/redis/connect-redis.ts";
import { pollChannels } from "../../server/store/redis/keys.ts";
import { RedisPollStore } from "../../server/store/redis/redis-poll-store.ts";
import { RedisRoomCopies } from "../../server/store/redis/redis-room-copies.ts";
import { RedisRoomStore } from "../../server/store/redis/redis-room-store.ts";
import { RedisSessions } from "../../server/store/redis/redis-sessions.ts";
import type { RedisClient } from "../../server/store/redis/scripts.ts";
import { ShardProbes } from "../../server/store/redis/shard-probes.ts";
import { TierConnection } from "../../server/store/redis/tier-connection.ts";
import { newPollId, newRoomId, type PollId } from "../../shared/ids.ts";
import { auditOf, ballotOf, definitionOf, newVoter, openControl } from "../support/fixtures.ts";
import { roomOf, stepOf } from "../support/room-fixtures.ts";
import { inTime, waitFor } from "../support/wait-for.ts";
import { closed, HandBreakers, TierBench } from "./redis-tier-bench.ts";
import { newSessionId } from "./session-tier-bench.ts";

/** What has no answer by then (ms) has none: where a right is missing, some clients ask for ever. */
const PATIENCE_MS = 3_000;

/** Everything that a node asks of a cluster, once. What fails is told, and what does not need it goes on. */
export class EveryRedisVerb {
  /** Names of what failed, with why. */
  readonly troubles: string[] = [];
  readonly #settings: RedisSettings;
  /** Whose slot is on the move. */
  readonly #moving: PollId;

  constructor(settings: RedisSettings, moving: PollId) {
    this.#settings = settings;
    this.#moving = moving;
  }

  async run(): Promise<void> {
    await Promise.all([this.#withoutLedger(), this.#besideLedger(), this.#sessions()]);
  }

  async #try<Answer>(what: string, work: () => Promise<Answer>): Promise<Answer | null> {
    try {
      return await inTime(what, work(), PATIENCE_MS);
    } catch (trouble) {
      this.troubles.push(`${what}: ${trouble instanceof Error ? trouble.message : trouble}`);
      return null;
    }
  }

  async #withoutLedger(): Promise<void> {
    const clients = ["commands", "ballots"].map((role) => connectRedis(this.#settings, "cluster", role));
    const [commands, ballots] = clients;
    if (!commands || !ballots) throw new Error("two clients were asked for");
    for (const client of clients) client.on("error", () => {});
    const connected = await this.#try("connect", () => Promise.all(clients.map(whenReady)));
    const onTrouble = (doing: string) => this.troubles.push(doing);
    const store = new RedisPollStore({ commands, ballots, onTrouble });
    const bus = new RedisBus({
      connect: () => connectSubscriber(this.#settings, "cluster").on("error", () => {}),
      channelsOf: pollChannels,
      onSnapshot: () => {},
      onTrouble,
    });
    if (connected) await this.#askAll(store, bus, commands);
    bus.close();
    await this.#try("close", () => store.close());
  }

  async #askAll(store: RedisPollStore, bus: RedisBus, commands: RedisClient): Promise<void> {
    await this.#try("follow", async () => (await bus.follow(newPollId(), () => {}))());
    await this.#useStore(store);
    await this.#useRooms(new RedisRoomStore(commands, store.shards));
    const probes = new ShardProbes(this.#settings, commands);
    for (const { probe, probeReplica } of probes.shards()) {
      await this.#try("probe", probe);
      await this.#try("probe a replica", probeReplica);
    }
    probes.close();
  }

  async #useStore(store: RedisPollStore): Promise<void> {
    const definition = definitionOf({ settings: { allowChange: true } });
    const { pollId } = definition;
    const control = openControl(definition, Date.now());
    const draft = { ...control, status: "draft" as const, seq: 1 };
    const [voter, audit] = [newVoter(), auditOf("opened")];
    await this.#try("create", () => store.create(definition, draft, audit));
    await this.#try("steer", () =>
      store.steer({ pollId, expectedSeq: 1, control, definition, event: "opened", audit }),
    );
    await this.#try("cast", () => store.cast(ballotOf(pollId, voter, [1], 1)));
    await this.#try("change", () => store.cast(ballotOf(pollId, voter, [2], 2)));
    await this.#try("choices", () => store.choicesOf(pollId, [voter]));
    await this.#try("viewers", () => store.reportViewers(pollId, "node-1", 1, [voter]));
    await this.#try("timeline", () => store.timeline(pollId));
    await this.#try("heal", () => store.reconcile(pollId, { epoch: 9, version: 1 }));
    await this.#try("audit", () => store.audit(pollId));
    await this.#try("choices where a slot moves", () => store.choicesOf(this.#moving, [voter]));
    const removal = {
      pollId,
      expectedSeq: control.seq,
      control: "removed",
      event: "removed",
      audit,
    } as const;
    await this.#try("remove", () => store.steer(removal));
  }

  async #useRooms(rooms: RedisRoomStore): Promise<void> {
    const room = roomOf();
    await this.#try("create a room", () => rooms.create(room));
    await this.#try("replace a room", () => rooms.replace(stepOf(room)));
    await this.#try("read a room", () => rooms.read(room.roomId));
    await this.#try("remove a room", () => rooms.remove(room.roomId));
  }

  async #besideLedger(): Promise<void> {
    const bench = new TierBench(this.#settings.nodes, this.#settings);
    const told = await this.#try("open", () => bench.open({ settings: { allowChange: true } }));
    if (told) {
      const { pollId } = told.definition;
      const cast = await this.#try("vote", () => bench.vote(pollId, 1, 2));
      const [one] = cast ?? [];
      const pending = await this.#try("pending", () => bench.tier.pending(pollId, 10));
      await this.#try("read", () => bench.tier.read(pollId));
      await this.#try("drained", () => bench.tier.drained(pollId, pending?.map(({ entry }) => entry) ?? []));
      await this.#try("ballots", () => bench.ballots(pollId));
      await this.#try("rebuild", () => bench.rebuild(told, one ? [one] : []));
      await this.#try("fence", () => bench.tier.fence(closed(told), "closed"));
      await this.#try("settling", () => bench.tier.begin(pollId, "settler", true));
      if (one) await this.#try("set", () => bench.tier.set(pollId, "settler", [[one.voter, null]]));
      await this.#try("settle", () => bench.tier.settle(closed(told), "settler"));
      await this.#try("drop", () => bench.tier.drop(pollId));
    }
    await this.#try("close", () => bench.tier.close());
  }

  async #sessions(): Promise<void> {
    const connection = new TierConnection({
      settings: this.#settings,
      breakers: new HandBreakers(),
      onTrouble: () => {},
      onError: () => {},
    });
    const sessions = new RedisSessions(connection, Date.now);
    const sessionId = newSessionId();
    const key = { sessionId, category: "auth" } as const;
    const entry = newEntry("auth", "who", Date.now());
    const found = () => waitFor("the shard to be found", () => !sessions.isAway(sessionId), PATIENCE_MS);
    if (await this.#try("find the session's shard", found)) {
      await this.#try("restore", () => sessions.restore(key, entry));
      await this.#try("put", () => sessions.put(key, { ...entry, version: 2 }));
      await this.#try("put safely", () => sessions.putSafely(key, { ...entry, version: 3 }));
      await this.#try("read a session", () => sessions.read(key));
      await this.#try("read a replica", () => sessions.readReplica(key));
      await this.#try("touch", () => sessions.touch(key, entry.endsAt));
      await this.#try("generation", () => sessions.generation(sessionId));
      await this.#try("revoke", () => sessions.revoke(sessionId, entry.endsAt));
    }
    await this.#hearOfRooms(connection);
    await this.#try("close sessions", () => connection.close());
  }

  async #hearOfRooms(connection: TierConnection): Promise<void> {
    const [copies, room] = [new RedisRoomCopies(connection), roomOf()];
    const subscriber = connectSubscriber(this.#settings, "cluster").on("error", () => {});
    const published: Promise<unknown>[] = [];
    const bus = new RedisRoomBus({
      subscriber: Promise.resolve(subscriber),
      async publish(channel, message) {
        published.push(connection.askAt(channel, (redis) => redis.spublish(channel, message)));
      },
    });
    await this.#try("follow rooms", () => subscriber.ssubscribe("room:{0}:changed"));
    bus.tell(newRoomId());
    await this.#try("tell of a room", () => Promise.all(published));
    await this.#try("copy a room", () => copies.put(room.roomId, room));
    await this.#try("read a copy", () => copies.read(room.roomId));
    bus.close();
  }
}
