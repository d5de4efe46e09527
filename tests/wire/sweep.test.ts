import { expect, test } from "bun:test";
import { CLOSE } from "../../shared/refusals.ts";
import { waitFor } from "../support/wait-for.ts";
import { connect } from "../support/ws-client.ts";
import { startBareSockets } from "./bare-sockets.ts";
import {
  joinWithoutReading,
  LONG_TEXT,
  POLLS_AT_ONCE,
  ROUNDS_TO_OVERFLOW,
  tellAgainAndAgain,
} from "./heavy-polls.ts";
import { RawSocket } from "./raw-socket.ts";

test("[W11] a peer that answers no ping is given up; one that answers or speaks stays", async () => {
  await using bare = await startBareSockets({ everyMs: 20, pingAfterMs: 150, deadAfterMs: 1_500 });
  await using alive = await connect(bare.wsUrl);
  await using speaking = await RawSocket.open(bare.port);
  await using dead = await RawSocket.open(bare.port);
  expect(bare.openSockets()).toBe(3);
  const began = performance.now();
  await waitFor("the dead one to be given up", () => {
    speaking.send({ type: "PING" });
    return dead.ended;
  });
  expect(performance.now() - began).toBeGreaterThan(1_300);
  expect(dead.pings).toBeGreaterThan(0);
  // No close frame: nobody would read it.
  expect(dead.closeCode).toBeNull();
  expect(bare.openSockets()).toBe(2);
  expect(speaking.ended).toBe(false);
  expect(speaking.pings).toBe(0);
  expect((await alive.request({ type: "PING", data: {} })).type).toBe("PONG");
});

test("[F6] a viewer behind for half a minute is closed with 4009; one that reads is not", async () => {
  await using bare = await startBareSockets({ everyMs: 20, pingAfterMs: 60_000, deadAfterMs: 60_000 });
  const polls = await Promise.all(Array.from({ length: POLLS_AT_ONCE }, () => bare.makePoll(LONG_TEXT)));
  await using quick = await connect(bare.wsUrl);
  const pollIds = polls.map(({ pollId }) => pollId);
  for (const pollId of pollIds) await quick.request({ type: "JOIN_POLL", data: { pollId } });
  await using slow = await RawSocket.open(bare.port);
  await joinWithoutReading([slow], pollIds, quick);
  await tellAgainAndAgain(polls, quick, ROUNDS_TO_OVERFLOW, (poll, action) => bare.steer(poll, { action }));
  bare.clock.step(29_000);
  await quick.request({ type: "PING", data: {} });
  expect(bare.openSockets()).toBe(2);
  bare.clock.step(2_000);
  await waitFor("the slow one to be closed", () => bare.openSockets() === 1);
  slow.readAgain();
  await waitFor("the close", () => slow.closeCode);
  expect(slow.closeCode).toBe(CLOSE.TOO_SLOW);
  expect((await quick.request({ type: "PING", data: {} })).type).toBe("PONG");
});
