/** Bytes on an open socket that break the rules of WebSocket itself, and the code each is closed with. */
import { connect as connectTcp } from "node:net";
import { waitFor } from "../support/wait-for.ts";

const MASK = [0x80, 0, 0, 0, 0];
const PROTOCOL_ERROR = 1002;
const NOT_UTF8 = 1007;
const TOO_LARGE = 1009;

const text = (...payload: number[]) => [0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload];
const blanks = (opcode: number) => [
  opcode,
  0xfe,
  0x27,
  0x10,
  0,
  0,
  0,
  0,
  ...Array<number>(10_000).fill(0x20),
];

export const BROKEN_BYTES: readonly (readonly [what: string, closeCode: number, bytes: readonly number[]])[] =
  [
    ["a frame without mask", PROTOCOL_ERROR, [0x81, 4, 0x50, 0x49, 0x4e, 0x47]],
    ["reserved bits", PROTOCOL_ERROR, [0xf1, ...MASK]],
    ["a reserved data opcode", PROTOCOL_ERROR, [0x83, ...MASK]],
    ["a reserved control opcode", PROTOCOL_ERROR, [0x8b, ...MASK]],
    ["a fragmented ping", PROTOCOL_ERROR, [0x09, ...MASK]],
    ["a ping of 200 bytes", PROTOCOL_ERROR, [0x89, 0xfe, 0, 200, 0, 0, 0, 0, ...Array<number>(200).fill(0)]],
    ["a continuation of nothing", PROTOCOL_ERROR, [0x80, ...MASK]],
    ["a message inside a message", PROTOCOL_ERROR, [0x01, ...MASK, 0x01, ...MASK]],
    ["a close with a code that does not exist", PROTOCOL_ERROR, [0x88, 0x82, 0, 0, 0, 0, 0, 5]],
    ["a close with half a code", PROTOCOL_ERROR, [0x88, 0x81, 0, 0, 0, 0, 0]],
    ["HTTP", PROTOCOL_ERROR, [...Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]],
    ["bytes that are no UTF-8", NOT_UTF8, text(0xff, 0xfe)],
    ["overlong UTF-8", NOT_UTF8, text(0xc0, 0xaf)],
    ["a surrogate as UTF-8", NOT_UTF8, text(0xed, 0xa0, 0x80)],
    ["a length of 2^63 - 1", TOO_LARGE, [0x81, 0xff, 0x7f, ...Array<number>(7).fill(0xff), 0, 0, 0, 0]],
    ["a length of 2^64 - 1", TOO_LARGE, [0x81, 0xff, ...Array<number>(8).fill(0xff), 0, 0, 0, 0]],
    ["fragments that add up to too much", TOO_LARGE, [...blanks(0x01), ...blanks(0x00), ...blanks(0x80)]],
  ];

/** Opens a socket, sends the bytes, answers the code of the close frame that comes back before the end. */
export async function closeCodeAfter(port: number, bytes: readonly number[]): Promise<number | null> {
  const tcp = connectTcp(port, "127.0.0.1");
  let heard = Buffer.alloc(0);
  let ended = false;
  tcp.on("data", (more: Buffer) => {
    heard = Buffer.concat([heard, more]);
  });
  tcp
    .on("error", () => undefined)
    .on("close", () => {
      ended = true;
    });
  const head = "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  tcp.write(`${head}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  await waitFor("HELLO", () => heard.includes('"HELLO"'));
  const before = heard.length;
  tcp.write(Uint8Array.from(bytes));
  await waitFor("the connection to be closed", () => ended);
  const close = heard.indexOf(0x88, before);
  return close < 0 ? null : heard.readUInt16BE(close + 2);
}
