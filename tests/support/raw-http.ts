import { connect as connectTcp } from "node:net";
import { inTime } from "./wait-for.ts";

export interface RawAnswer {
  /** `null`: the connection was closed without an answer. */
  readonly status: number | null;
  readonly contentType: string;
  readonly body: string;
}

/** Sends these bytes as they are, which no HTTP library does, and reads what comes until the other side ends. */
export async function exchange(port: number, bytes: Uint8Array): Promise<RawAnswer> {
  const tcp = connectTcp(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  tcp.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    // A switched protocol does not end by itself.
    if (chunk.toString("latin1").startsWith("HTTP/1.1 101")) tcp.destroy();
  });
  tcp.on("error", () => undefined);
  tcp.write(bytes);
  const ended = new Promise((resolve) => tcp.on("close", resolve));
  try {
    await inTime(`an answer to ${Buffer.from(bytes).toString("latin1").slice(0, 500)}`, ended, 15_000);
  } finally {
    tcp.destroy();
  }
  return parse(Buffer.concat(chunks));
}

function parse(heard: Buffer): RawAnswer {
  const end = heard.indexOf("\r\n\r\n");
  const head = heard.subarray(0, Math.max(0, end)).toString("latin1");
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined) return { status: null, contentType: "", body: "" };
  const contentType = /^content-type: ([^\r;]*)/im.exec(head)?.[1] ?? "";
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  const rest = heard.subarray(end + 4);
  // Behind the first answer there may be a second one, to what the server takes for another request.
  const body = length === undefined ? joined(rest.toString()) : rest.subarray(0, Number(length)).toString();
  return { status: Number(status), contentType, body };
}

/** A chunked body as one; sizes are of bytes, so only for what is ASCII around the chunks. */
function joined(body: string): string {
  return body.replace(/(?:^|\r\n)[0-9a-f]+\r\n/gi, "").replace(/\r\n$/, "");
}
