import { describe, expect, test } from "bun:test";
import type { LinkSocket } from "../../../client/link.ts";
import { SocketChoice } from "../../../client/socket-choice.ts";
import { NOON } from "../../support/fixtures.ts";
import { startMuteProxy } from "../../support/mute-proxy.ts";
import { waitFor } from "../../support/wait-for.ts";
import { ManualTimer } from "./client-fixtures.ts";
import { ScriptedNode } from "./scripted-node.ts";

const HELLO = { type: "HELLO", data: { protocol: 1, node: "n", serverTime: NOON } } as const;

/** A page's choice between a scripted node's sockets and HTTP, which is told apart and does nothing. */
class Page implements AsyncDisposable {
  readonly node = new ScriptedNode();
  readonly timer = new ManualTimer();
  readonly http: LinkSocket[] = [];
  movedBack = 0;
  /** Where sockets go: the node, or where nobody is. */
  address = this.node.url;
  readonly choice = new SocketChoice({
    timer: this.timer,
    openSocket: () => new WebSocket(this.address),
    openHttp: () => {
      const none = { onopen: null, onmessage: null, onclose: null };
      const socket = { ...none, readyState: 1, send: () => undefined, close: () => undefined };
      this.http.push(socket);
      return socket;
    },
    moveBack: () => {
      this.movedBack += 1;
    },
  });

  /** Opens the next socket as a link does; resolves when it has closed. */
  async openUntilClosed(): Promise<LinkSocket> {
    const socket = this.choice.open();
    await new Promise<void>((resolve) => {
      socket.onclose = () => resolve();
    });
    return socket;
  }

  /** A proxy that accepts the upgrade, or not, and lets nothing through. */
  async block(): Promise<void> {
    this.address = "ws://127.0.0.1:1/ws";
    for (let miss = 0; miss < 2; miss++) await this.openUntilClosed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.node[Symbol.asyncDispose]();
  }
}

describe("which way the link takes", () => {
  test("[U42] two sockets in a row without a word mean HTTP; should that fail, it is the network", async () => {
    await using page = new Page();
    await page.block();
    expect(page.http.length).toBe(0);
    const socket = page.choice.open();
    expect(page.http).toEqual([socket]);
    await page.openUntilClosed();
    expect(page.http.length).toBe(1);
  });

  test("[U42] a socket that spoke was no miss, however it ended", async () => {
    await using page = new Page();
    for (let round = 0; round < 4; round++) {
      const closed = page.openUntilClosed();
      const peer = await page.node.peers.next();
      peer.send(HELLO);
      peer.close(1001);
      await closed;
    }
    expect(page.http.length).toBe(0);
  });

  test("[U42] a socket that hangs is closed after five seconds, and is a miss", async () => {
    await using page = new Page();
    for (let round = 0; round < 2; round++) {
      const closed = page.openUntilClosed();
      await page.node.peers.next();
      page.timer.advance(5_000);
      await closed;
    }
    page.choice.open();
    expect(page.http.length).toBe(1);
  });

  test("[U42] nor is one waited for that does not even answer its close", async () => {
    await using page = new Page();
    await using proxy = await startMuteProxy("http://127.0.0.1:1");
    page.address = `${proxy.url.replace("http", "ws")}/ws?protocol=1`;
    for (let round = 0; round < 2; round++) {
      const socket = page.choice.open() as WebSocket;
      await new Promise((resolve) => socket.addEventListener("open", resolve));
      let ends = 0;
      // As a link does: from then on the socket has no say.
      socket.onclose = () => {
        ends += 1;
        socket.onclose = null;
      };
      page.timer.advance(5_000);
      expect(ends).toBe(1);
    }
    page.choice.open();
    expect(page.http.length).toBe(1);
  });

  test("[U42] one that the link lets go of itself is no miss", async () => {
    await using page = new Page();
    for (let round = 0; round < 3; round++) {
      const socket = page.choice.open() as WebSocket;
      const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
      socket.onclose = null;
      socket.close();
      await closed;
    }
    page.choice.open();
    expect(page.http.length).toBe(0);
  });

  test("[U42] while HTTP is in use a socket is tried now and then, ever less often, and used once it speaks", async () => {
    await using page = new Page();
    await page.block();
    page.choice.open();
    for (const wait of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      expect(Math.max(...page.timer.waits)).toBe(wait);
      page.timer.advance(wait);
    }
    expect(page.movedBack).toBe(0);
    page.address = page.node.url;
    page.choice.probe();
    (await page.node.peers.next()).send(HELLO);
    await waitFor("the link is told", () => page.movedBack > 0);
    expect(page.movedBack).toBe(1);
    const socket = page.choice.open();
    expect(page.http).not.toContain(socket);
    (socket as WebSocket).close();
  });

  test("[U42] nothing is tried any more for a link that has ended, or has lost its HTTP, too", async () => {
    await using page = new Page();
    await page.block();
    Object.assign(page.choice.open(), { readyState: WebSocket.CLOSED });
    page.timer.advance(5_000);
    expect(page.timer.waits).toEqual([]);
  });

  test("[U42] nothing is tried beside a socket that works", async () => {
    await using page = new Page();
    const socket = page.choice.open() as WebSocket;
    await page.node.peers.next();
    page.choice.probe();
    expect(page.node.peers.length).toBe(0);
    socket.close();
  });
});
