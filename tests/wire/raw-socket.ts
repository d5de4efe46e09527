import { connect as connectTcp, type Socket } from "node:net";
import { decodeServerMessage } from "../../shared/codec.ts";
import type { ServerMessage } from "../../shared/messages.ts";
import { inTime, waitFor } from "../support/wait-for.ts";

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;

/**
 * A WebSocket by hand, which does what no browser lets a page do: it stops reading, so that TCP pushes back, and it
 * answers no ping and no close.
 */
export class RawSocket implements AsyncDisposable {
  readonly frames: ServerMessage[] = [];
  /** Bytes read since the handshake. */
  bytes = 0;
  pings = 0;
  /** Code of the close frame, once it came. */
  closeCode: number | null = null;
  /** The server has ended or reset the connection. */
  ended = false;
  readonly #tcp: Socket;
  #unread: Buffer = Buffer.alloc(0);

  private constructor(tcp: Socket) {
    this.#tcp = tcp;
    tcp.on("data", (bytes: Buffer) => this.#read(bytes));
    tcp.on("close", () => {
      this.ended = true;
    });
  }

  /** Resolves after HELLO. */
  static async open(port: number): Promise<RawSocket> {
    const tcp = connectTcp(port, "127.0.0.1");
    tcp.on("error", () => undefined);
    const head = [
      "GET /ws?protocol=1 HTTP/1.1",
      "Host: 127.0.0.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
    ];
    const key = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
    tcp.write([...head, "Sec-WebSocket-Version: 13", `Sec-WebSocket-Key: ${key}`, "", ""].join("\r\n"));
    const first = await inTime("the handshake", new Promise<Buffer>((heard) => tcp.once("data", heard)));
    const end = first.indexOf("\r\n\r\n");
    if (!first.toString("latin1").startsWith("HTTP/1.1 101")) throw new Error(`No upgrade: ${first}`);
    const socket = new RawSocket(tcp);
    socket.#read(first.subarray(end + 4));
    await waitFor("HELLO", () => socket.frames.length > 0);
    return socket;
  }

  /** Sends a frame of the protocol. */
  send(frame: object): void {
    const payload = Buffer.from(JSON.stringify(frame));
    const [length, extended] = payload.length < 126 ? [payload.length, 0] : [126, 2];
    const head = Buffer.alloc(6 + extended);
    head[0] = 0x80 | TEXT;
    head[1] = 0x80 | length;
    if (extended) head.writeUInt16BE(payload.length, 2);
    // A mask of zeros is a mask, and leaves the payload readable.
    this.#tcp.write(Buffer.concat([head, payload]));
  }

  /** Everything sent to it before has been read when this resolves. */
  async answersPing(): Promise<void> {
    const heard = () => this.frames.filter(({ type }) => type === "PONG").length;
    const before = heard();
    this.send({ type: "PING" });
    await waitFor("a PONG", () => heard() > before);
  }

  stopReading(): void {
    this.#tcp.pause();
  }

  readAgain(): void {
    this.#tcp.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#tcp.destroy();
  }

  #read(bytes: Buffer): void {
    this.bytes += bytes.length;
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (let frame = this.#next(); frame; frame = this.#next()) this.#take(frame.opcode, frame.payload);
  }

  /** The next whole frame: from a server never masked; continuation is not used for what is this short. */
  #next(): { opcode: number; payload: Buffer } | null {
    const unread = this.#unread;
    if (unread.length < 2) return null;
    const short = unread.readUInt8(1) & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (unread.length < head) return null;
    const length =
      short < 126 ? short : short === 126 ? unread.readUInt16BE(2) : Number(unread.readBigUInt64BE(2));
    if (unread.length < head + length) return null;
    this.#unread = unread.subarray(head + length);
    return { opcode: unread.readUInt8(0) & 0x0f, payload: unread.subarray(head, head + length) };
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === PING) this.pings += 1;
    if (opcode === CLOSE) this.closeCode = payload.readUInt16BE(0);
    if (opcode !== TEXT) return;
    const frame = decodeServerMessage(payload.toString());
    if (!frame) throw new Error(`The server sent what is no frame: ${payload}`);
    this.frames.push(frame);
  }
}
