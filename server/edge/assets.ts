/** The browser's scripts and style, built in memory at the start: there is no folder of built files to forget. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { PageData } from "../../client/page-data.ts";

/** One file as it is served. */
export interface Asset {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly etag: string;
}

export interface Assets {
  /** Addresses with the hash of the content in them, so that browsers may keep them for ever. */
  readonly scripts: Readonly<Record<PageData["page"], string>>;
  readonly style: string;
  readonly icon: string;
  /** The file at `path`, if there is one. */
  find(path: string): Asset | undefined;
}

const SCRIPT = "text/javascript; charset=utf-8";
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#0b5d4d"/><g fill="#fff"><rect x="5" y="5.5" width="14" height="3.5" rx="1"/><rect x="5" y="10.5" width="9" height="3.5" rx="1"/><rect x="5" y="15.5" width="5" height="3.5" rx="1"/></g></svg>`;

/** Builds everything. Rejects with one line that names the file and the place. */
export async function buildAssets(): Promise<Assets> {
  // A script for each page, whole: nobody who votes waits for the form that makes a poll.
  const [home, poll, style] = await Promise.all([build("home.tsx"), build("poll.tsx"), build("style.css")]);
  const files = new Map<string, Asset>();
  const publish = (name: string, extension: string, contentType: string, body: Uint8Array<ArrayBuffer>) => {
    const hash = createHash("sha256").update(body).digest("hex").slice(0, 16);
    const path = `/assets/${name}-${hash}.${extension}`;
    const gzipped = new Uint8Array(gzipSync(body, { level: 9 }));
    files.set(path, { body, gzipped, contentType, etag: `"${hash}"` });
    return path;
  };
  return {
    scripts: { home: publish("home", "js", SCRIPT, home), poll: publish("poll", "js", SCRIPT, poll) },
    style: publish("style", "css", "text/css; charset=utf-8", style),
    icon: publish("icon", "svg", "image/svg+xml", new Uint8Array(Buffer.from(ICON))),
    find: (path) => files.get(path),
  };
}

async function build(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const entry = fileURLToPath(new URL(`../../client/${file}`, import.meta.url));
  const built = await Bun.build({
    entrypoints: [entry],
    target: "browser",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    throw: false,
  });
  const output = built.outputs[0];
  if (!built.success || !output) {
    const { message, position } = built.logs[0] ?? { message: "nothing came out", position: null };
    const place = position ? ` (${position.file}:${position.line})` : "";
    throw new Error(`client/${file} could not be built: ${message}${place}`);
  }
  return new Uint8Array(await output.arrayBuffer());
}
