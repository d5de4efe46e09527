import { MAX_BODY_BYTES } from "../../shared/limits.ts";
import { hostileBytes, hostileJson, hostileText } from "./hostile-values.ts";
import type { Random } from "./random.ts";

export interface HostileTarget {
  readonly pollId: string;
  readonly hostKey: string;
}

const METHODS = [
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
  "get",
  "__proto__",
];

/** Every address with a method it knows. */
const CALLS: readonly (readonly [method: string, path: string])[] = [
  ["GET", "/"],
  ["GET", "/ID"],
  ["GET", "/ws"],
  ["GET", "/health"],
  ["GET", "/ready"],
  ["GET", "/metrics"],
  ["GET", "/api/ops"],
  ["GET", "/openapi.json"],
  ["GET", "/protocol.json"],
  ["GET", "/assets/ID"],
  ["POST", "/api/session"],
  ["POST", "/api/polls"],
  ["GET", "/api/polls/ID"],
  ["PATCH", "/api/polls/ID"],
  ["POST", "/api/polls/ID/votes"],
  ["POST", "/api/polls/ID/extend"],
  ["POST", "/api/polls/ID/hide"],
  ["POST", "/api/polls/ID/reveal"],
  ["POST", "/api/polls/ID/again"],
  ["POST", "/api/rooms"],
  ["GET", "/api/rooms/ID"],
  ["PATCH", "/api/rooms/ID"],
  ["POST", "/api/rooms/ID/polls"],
  ["POST", "/api/rooms/ID/go"],
  ["DELETE", "/api/rooms/ID/polls/ID"],
  ["GET", "/api/polls/ID/export.csv"],
  ["GET", "/api/polls/ID/export.json"],
  ["GET", "/api/polls/ID/audit"],
];

const TRAVERSALS = [
  "/../../../../etc/passwd",
  "/assets/../../../../etc/passwd",
  "/assets/%2e%2e/%2e%2e/server/main.ts",
  "/assets/..%2f..%2fpackage.json",
  "/assets//etc/passwd",
  "/%00",
  "/%",
  "/%ff%fe",
  "//elsewhere.example/",
  "/\\..\\..\\",
  "http://elsewhere.example/",
  "*",
  "/api/polls/%",
  "/api//polls",
  "/api/polls/ID/../../session",
  "/?code=%3Cscript%3E",
  "/?code=a&code=b&__proto__[x]=1",
];

const TYPES = [
  "application/json",
  "application/json; charset=utf-16",
  "text/plain",
  "multipart/form-data",
  "",
  "=1+1",
];

/** The bytes of one request. It asks for the connection to be closed, and may be no HTTP at all. */
export function hostileRequest(random: Random, targets: readonly HostileTarget[]): Uint8Array {
  if (random.onceIn(30)) return Buffer.concat([Buffer.of(0x20), hostileBytes(random, 400)]);
  const target = random.pick(targets);
  const [known, path] = random.pick(CALLS);
  const method = random.onceIn(4) ? random.pick(METHODS) : known;
  const address = random.onceIn(8) ? random.pick(TRAVERSALS) : path;
  const lines = [`${method} ${addressed(random, address, target)} HTTP/1.1`, ...headersOf(random, target)];
  if (["GET", "HEAD", "OPTIONS"].includes(method)) return assembled(lines, Buffer.alloc(0));
  const body = bodyOf(random);
  if (random.onceIn(5)) return assembled([...lines, "Transfer-Encoding: chunked"], chunked(random, body));
  return assembled([...lines, `Content-Length: ${body.length}`], body);
}

/** A good poll of bad text: `POST /api/polls` takes it or names the field. */
export function hostilePollText(random: Random): { question: string; options: string[] } {
  const options = Array.from({ length: 2 + random.below(4) }, (_, index) =>
    `${hostileText(random)}${random.onceIn(2) ? index : ""}`.slice(0, 120),
  );
  return { question: hostileText(random).slice(0, 300), options };
}

function addressed(random: Random, path: string, { pollId }: HostileTarget): string {
  const id = random.onceIn(4) ? encodeURIComponent(hostileText(random).toWellFormed().slice(0, 80)) : pollId;
  const query = random.onceIn(5) ? `?${encodeURIComponent(hostileText(random).toWellFormed())}` : "";
  return `${path.replace("ID", id)}${query}`;
}

function headersOf(random: Random, { hostKey }: HostileTarget): string[] {
  const value = () => visible(hostileText(random));
  const maybe = (line: string, often = 4) => (random.onceIn(often) ? [line] : []);
  return [
    random.onceIn(10) ? `Host: ${value()}` : "Host: 127.0.0.1",
    "Connection: close",
    ...maybe(`Content-Type: ${random.pick(TYPES)}`, 4),
    ...maybe("Content-Type: application/json", 2),
    ...maybe(`Origin: ${random.pick(["https://elsewhere.example", "null", "http://127.0.0.1", value()])}`),
    ...maybe(`Cookie: pollcast_voter=${value()}; __Host-pollcast_voter=${"A".repeat(22)}.AAAA; ${value()}`),
    ...maybe(`X-Host-Key: ${random.onceIn(3) ? hostKey : value()}`, 2),
    ...maybe(`X-Forwarded-For: ${value()}, 127.0.0.1`),
    ...maybe(`Authorization: ${value()}`),
    ...maybe(`If-None-Match: ${value()}`),
    ...maybe("Upgrade: websocket\r\nConnection: Upgrade"),
    ...maybe(`Accept-Encoding: ${value()}`, 8),
    ...maybe(`X-Long: ${"x".repeat(random.pick([1_000, 20_000]))}`, 20),
    ...maybe(`${visible(hostileText(random)).replaceAll(/[^\w-]/g, "x")}: ${value()}`, 8),
  ];
}

/** Without what would end the line, or the reading of it. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replaceAll(/[\u0000-\u001f]/g, " ");
}

function bodyOf(random: Random): Buffer {
  switch (random.below(6)) {
    case 0:
      return Buffer.from(hostileBytes(random, 300));
    case 1:
      return Buffer.from(
        `{"question":"q","options":["a","b"]}`.padEnd(MAX_BODY_BYTES + random.below(3), " "),
      );
    case 2:
      return Buffer.from(JSON.stringify({ optionId: `opt-${random.below(5)}`, revision: random.below(9) }));
    case 3:
      return Buffer.from(
        `{"question":${hostileJson(random)},"options":${hostileJson(random)},"settings":${hostileJson(random)}}`,
      );
    case 4:
      return Buffer.from(`{"seconds":${hostileJson(random, 1)},"__proto__":{"open":true}}`);
    default:
      return Buffer.from(hostileJson(random, 5));
  }
}

/** Sometimes with a size that is none. */
function chunked(random: Random, body: Buffer): Buffer {
  const size = random.onceIn(10)
    ? random.pick(["zz", "-1", "ffffffffffffffffff", ""])
    : body.length.toString(16);
  return Buffer.concat([Buffer.from(`${size}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]);
}

function assembled(lines: readonly string[], body: Buffer): Uint8Array {
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}
