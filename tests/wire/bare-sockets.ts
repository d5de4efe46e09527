import type { Server } from "bun";
import { createPoll } from "../../server/app/create-poll.ts";
import { Definitions } from "../../server/app/definitions.ts";
import { RevisionClock } from "../../server/app/revision-clock.ts";
import { type HostAction, steerPoll } from "../../server/app/steer-poll.ts";
import type { SocketData } from "../../server/edge/connection.ts";
import { Sockets, type SweepTimes } from "../../server/edge/socket.ts";
import { LivePolls } from "../../server/fanout/live-polls.ts";
import { LiveRooms } from "../../server/fanout/live-rooms.ts";
import { LocalBus } from "../../server/fanout/local-bus.ts";
import { LocalRoomBus } from "../../server/fanout/local-room-bus.ts";
import { createTelemetry } from "../../server/ops/telemetry.ts";
import { openDatabase } from "../../server/store/embedded/database.ts";
import { EmbeddedPollStore } from "../../server/store/embedded/embedded-poll-store.ts";
import { EmbeddedRoomStore } from "../../server/store/embedded/embedded-room-store.ts";
import type { PollId } from "../../shared/ids.ts";
import type { CreatePollRequest } from "../../shared/messages.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { dataFolder } from "../contract/embedded-harness.ts";
import { newVoter, steppableClock } from "../support/fixtures.ts";

/** The sockets of a node without its HTTP, so that the times of the sweep can be short. `await using` takes it down. */
export async function startBareSockets(sweep: SweepTimes) {
  const folder = await dataFolder();
  const clock = steppableClock();
  const bus = new LocalBus();
  const troubles: unknown[] = [];
  const onTrouble = (_doing: string, trouble: unknown) => void troubles.push(trouble);
  const database = openDatabase(folder.directory);
  const polls = new EmbeddedPollStore(database, { clock: clock.now, tell: bus.tell, onTrouble });
  const telemetry = createTelemetry();
  const publisher = { publish: (topic: string, frame: string) => server.publish(topic, frame) > 0 };
  const live = { polls, clock: clock.now, publisher, node: "bare", onTrouble };
  const livePolls = new LivePolls(bus, live, telemetry);
  const definitions = new Definitions(polls);
  const rooms = new EmbeddedRoomStore(database);
  const liveRooms = new LiveRooms(new LocalRoomBus(), { ...live, rooms, definitions, livePolls });
  const sockets = new Sockets({
    polls,
    clock: clock.now,
    telemetry,
    definitions,
    revisions: new RevisionClock(clock.now),
    ballotListener: livePolls,
    livePolls,
    liveRooms,
    onTrouble,
    hosting: null,
    node: "bare",
    framesPerSecond: 0,
    sweep,
  });
  const server: Server<SocketData> = Bun.serve<SocketData>({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, bun) => {
      const upgraded = bun.upgrade(request, { data: { voter: newVoter(), session: null, protocol: "1" } });
      return upgraded ? undefined : new Response(null, { status: 400 });
    },
    websocket: sockets.handler,
  });
  return {
    clock,
    port: server.port ?? 0,
    wsUrl: `ws://127.0.0.1:${server.port}/ws`,
    /** Sockets that are open. */
    openSockets: () => telemetry.figures().sockets,
    async makePoll(text: CreatePollRequest) {
      const created = await createPoll({ polls, clock: clock.now }, text);
      if (isRefusal(created)) throw new Error(created.message);
      return { pollId: created.poll.definition.pollId, hostKey: created.hostKey };
    },
    steer: ({ pollId, hostKey }: { pollId: PollId; hostKey: string }, action: HostAction) =>
      steerPoll({ polls, clock: clock.now }, pollId, action, { hostKey }),
    async [Symbol.asyncDispose]() {
      await sockets.drain(0);
      await server.stop(true);
      liveRooms.stop();
      livePolls.stop();
      await polls.close();
      await folder[Symbol.asyncDispose]();
      if (troubles.length > 0) throw new AggregateError(troubles, "The sockets had trouble.");
    },
  };
}
