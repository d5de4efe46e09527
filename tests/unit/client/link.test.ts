import { describe, expect, test } from "bun:test";
import { Link } from "../../../client/link.ts";
import type { Connection } from "../../../client/screen-state.ts";
import type { ServerMessage } from "../../../shared/messages.ts";
import type { RefusalCode } from "../../../shared/refusals.ts";
import { NOON } from "../../support/fixtures.ts";
import { anyView, ManualTimer } from "./client-fixtures.ts";
import { Inbox, type Peer, ScriptedNode } from "./scripted-node.ts";

const { poll } = anyView();
const JOINED: ServerMessage = { type: "POLL_UPDATE", data: poll, id: "join" };

/** A browser's link to a scripted node; `random` is 1, so every wait is at its ceiling. */
class Browser implements AsyncDisposable {
  readonly node = new ScriptedNode();
  readonly timer = new ManualTimer();
  readonly connections = new Inbox<Connection>();
  readonly frames = new Inbox<ServerMessage>();
  readonly sockets: WebSocket[] = [];
  renewals = 0;
  renewed: PromiseWithResolvers<void> | null = null;
  readonly link = new Link({
    timer: this.timer,
    random: () => 1,
    open: () => {
      const socket = new WebSocket(this.node.url);
      this.sockets.push(socket);
      return socket;
    },
    join: () => ({ type: "JOIN_POLL", data: { pollId: poll.pollId, hostKey: "key" } }),
    renewVoter: () => {
      this.renewals++;
      return this.renewed?.promise ?? Promise.resolve();
    },
    onFrame: (message) => this.frames.put(message),
    onConnection: (connection) => this.connections.put(connection),
  });

  /** Connects and lets the node answer the join. */
  async live(): Promise<Peer> {
    this.link.connect();
    return this.join();
  }

  /** The next connection at the node, with its join answered and the link live. */
  async join(): Promise<Peer> {
    const peer = await this.node.peers.next();
    await peer.frames.until(({ type }) => type === "JOIN_POLL");
    peer.send(JOINED);
    await this.connections.until((connection) => connection === "live");
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) {
      socket.onclose = null;
      socket.close();
    }
    await this.node[Symbol.asyncDispose]();
  }
}

describe("joining", () => {
  test("[R1] it joins as soon as it is open, with the host key, and is live when the join is answered", async () => {
    await using browser = new Browser();
    browser.link.connect();
    const peer = await browser.node.peers.next();
    const join = await peer.frames.next();
    expect(join).toEqual({ type: "JOIN_POLL", id: "join", data: { pollId: poll.pollId, hostKey: "key" } });
    expect(browser.link.send({ type: "PING" })).toBe(false);
    peer.send(JOINED);
    expect(await browser.connections.next()).toBe("live");
    expect(browser.link.send({ type: "PING" })).toBe(true);
    expect((await peer.frames.next()).type).toBe("PING");
  });

  test("[R1] a join that may come later is repeated when the node says", async () => {
    await using browser = new Browser();
    browser.link.connect();
    const peer = await browser.node.peers.next();
    await peer.frames.next();
    const later = { code: "UNAVAILABLE", message: "later", retryAfterMs: 700 } as const;
    peer.send({ type: "ERROR", data: later, id: "join" });
    expect(await browser.connections.next()).toBe("reconnecting");
    browser.timer.advance(700 + 500);
    expect((await peer.frames.next()).type).toBe("JOIN_POLL");
    const full = { code: "RATE_LIMITED", message: "too many", retryAfterMs: 900 } as const;
    peer.send({ type: "ERROR", data: full, id: "join" });
    expect(await browser.connections.next()).toBe("crowded");
    browser.timer.advance(900 + 1_000);
    expect((await peer.frames.next()).type).toBe("JOIN_POLL");
    peer.send(JOINED);
    expect(await browser.connections.next()).toBe("live");
  });

  test.each(["POLL_NOT_FOUND", "BAD_MESSAGE"] satisfies RefusalCode[])(
    "[R6] a join that is refused with %s for good is not tried again",
    async (code) => {
      await using browser = new Browser();
      browser.link.connect();
      const peer = await browser.node.peers.next();
      peer.send({ type: "ERROR", data: { code, message: "no" }, id: "join" });
      await peer.closed;
      expect(browser.timer.waits).toEqual([]);
      browser.link.connect();
      browser.link.wake();
      expect(browser.sockets.length).toBe(1);
    },
  );
});

describe("coming back", () => {
  test("[R1] a lost connection is opened again after a wait that grows until it is live again", async () => {
    await using browser = new Browser();
    let peer = await browser.live();
    for (const wait of [500, 500]) {
      peer.terminate();
      expect(await browser.connections.next()).toBe("reconnecting");
      expect(browser.timer.waits).toEqual([wait]);
      browser.timer.advance(wait);
      peer = await browser.join();
    }
    for (const wait of [500, 1_000, 2_000]) {
      peer.terminate();
      await browser.connections.until((connection) => connection === "reconnecting");
      expect(browser.timer.waits).toEqual([wait]);
      browser.timer.advance(wait);
      // Opened, but its join is not answered: that is no success.
      peer = await browser.node.peers.next();
    }
  });

  test("[R4] the network or the page coming back does not wait for the back-off", async () => {
    await using browser = new Browser();
    const peer = await browser.live();
    peer.terminate();
    await browser.connections.next();
    browser.link.wake();
    (await browser.join()).terminate();
    await browser.connections.next();
    browser.link.networkChanged();
    await browser.join();
  });

  test("[R4] an attempt that began on another network is not waited for, one that began on this one is", async () => {
    await using browser = new Browser();
    browser.link.connect();
    browser.link.wake();
    expect(browser.sockets.length).toBe(1);
    browser.link.networkChanged();
    expect(browser.sockets.length).toBe(2);
  });

  test("[R1] an attempt that does not open in ten seconds is given up", async () => {
    await using browser = new Browser();
    browser.link.connect();
    browser.timer.advance(10_000);
    expect(await browser.connections.next()).toBe("reconnecting");
    expect(browser.timer.waits).toEqual([500]);
  });
});

describe("noticing that it is dead", () => {
  test("[R3] silence is asked about, and an answer is enough", async () => {
    await using browser = new Browser();
    const peer = await browser.live();
    browser.timer.advance(10_000);
    expect((await peer.frames.next()).type).toBe("PING");
    await browser.frames.next();
    peer.send({ type: "PONG", data: { serverTime: NOON } });
    await browser.frames.next();
    browser.timer.advance(5_000);
    expect(browser.connections.length).toBe(0);
    expect(browser.sockets.length).toBe(1);
  });

  test("[R3] no answer within five seconds is a lost connection, though the socket says nothing", async () => {
    await using browser = new Browser();
    await browser.live();
    browser.timer.advance(15_000);
    expect(await browser.connections.next()).toBe("reconnecting");
    browser.timer.advance(500);
    await browser.join();
  });

  test("[R3] what arrives moves the end of the silence, to the millisecond", async () => {
    await using browser = new Browser();
    const peer = await browser.live();
    await browser.frames.next();
    browser.timer.advance(6_000);
    peer.send({ type: "PONG", data: { serverTime: NOON } });
    await browser.frames.next();
    // Ten seconds of silence begin again at six: asked at sixteen, given up at twenty-one.
    browser.timer.advance(9_999);
    expect(browser.timer.waits).toEqual([1]);
    browser.timer.advance(1);
    expect((await peer.frames.next()).type).toBe("PING");
    browser.timer.advance(4_999);
    expect(browser.connections.length).toBe(0);
    browser.timer.advance(1);
    expect(await browser.connections.next()).toBe("reconnecting");
  });

  test("[R3] on waking up it is asked at once, and given up after two and a half seconds", async () => {
    await using browser = new Browser();
    const peer = await browser.live();
    browser.link.wake();
    expect((await peer.frames.next()).type).toBe("PING");
    browser.timer.advance(2_500);
    expect(await browser.connections.next()).toBe("reconnecting");
  });

  test("[R3] an answer that is expected and does not come makes it ask after three seconds", async () => {
    await using browser = new Browser();
    const peer = await browser.live();
    browser.link.expectAnswer();
    browser.timer.advance(3_000);
    expect((await peer.frames.next()).type).toBe("PING");
    // What is sent while it waits for the sign of life does not put it off.
    browser.timer.advance(4_000);
    browser.link.expectAnswer();
    browser.timer.advance(1_000);
    expect(await browser.connections.next()).toBe("reconnecting");
  });
});

describe("what the node says on leaving", () => {
  test("[R5] RECONNECT leaves the picture up, and moves when the node said", async () => {
    await using browser = new Browser();
    const peer = await browser.live();
    await browser.frames.next();
    peer.send({ type: "RECONNECT", data: { afterMs: 4_000 } });
    await browser.frames.next();
    browser.timer.advance(3_999);
    expect(browser.sockets.length).toBe(1);
    expect(browser.link.send({ type: "PING" })).toBe(true);
    browser.timer.advance(1);
    await browser.join();
  });

  test("[R5] a draining node that closes early is not stormed before the time it said", async () => {
    await using browser = new Browser();
    const peer = await browser.live();
    await browser.frames.next();
    peer.send({ type: "RECONNECT", data: { afterMs: 4_000 } });
    await browser.frames.next();
    peer.close(1001);
    await browser.connections.next();
    expect(browser.timer.waits).toEqual([4_000]);
    browser.timer.advance(4_000);
    await browser.join();
  });

  test.each([4008, 4009, 1009])("[R6] after close %d it stays away ten seconds longer", async (code) => {
    await using browser = new Browser();
    const peer = await browser.live();
    peer.close(code);
    expect(await browser.connections.next()).toBe("reconnecting");
    expect(browser.timer.waits).toEqual([10_500]);
  });

  test("[R6] after close 4002 this page is too old, and stays away", async () => {
    await using browser = new Browser();
    const peer = await browser.live();
    peer.close(4002);
    expect(await browser.connections.next()).toBe("outdated");
    expect(browser.timer.waits).toEqual([]);
  });

  test("[R9] after close 4001 it makes sure of the voter, then comes back", async () => {
    await using browser = new Browser();
    const peer = await browser.live();
    peer.close(4001);
    expect(await browser.connections.next()).toBe("reconnecting");
    await Promise.resolve();
    expect(browser.renewals).toBe(1);
    browser.timer.advance(500);
    await browser.join();
  });

  test("[R9] a voter that cannot be made sure of is not waited for, and disturbs nothing when it comes late", async () => {
    await using browser = new Browser();
    browser.renewed = Promise.withResolvers();
    (await browser.live()).close(4001);
    await browser.connections.next();
    browser.timer.advance(10_500);
    await browser.join();
    browser.renewed.resolve();
    await browser.renewed.promise;
    expect(browser.timer.waits).toEqual([10_000]);
  });

  test("[R6] after the poll was removed there is nothing to come back to", async () => {
    await using browser = new Browser();
    const peer = await browser.live();
    peer.send({ type: "POLL_SYSTEM", data: { pollId: poll.pollId, event: "removed" } });
    await peer.closed;
    expect(browser.timer.waits).toEqual([]);
  });
});
