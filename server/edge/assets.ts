/** The browser's scripts and styles, built in memory at the start: there is no folder of built files to forget. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { BunPlugin } from "bun";
import type { PageData } from "../../client/page-data.ts";
import { LANGUAGES, type Language } from "../../shared/languages.ts";

/** One file as it is served. */
export interface Asset {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly etag: string;
}

/** A page with a script, by its entry in `client/`. */
export type ScriptedPage = PageData["page"];
/** A style of its own, by its file in `client/styles/`. */
export type Sheet = ScriptedPage | "account" | "ops";

/** Addresses with the hash of the content in them, so that browsers may keep them for ever. */
export interface Assets {
  readonly scripts: Readonly<Record<ScriptedPage, Readonly<Record<Language, string>>>>;
  readonly styles: Readonly<Record<Sheet, string>>;
  readonly icon: string;
  /** The file at `path`, if there is one. */
  find(path: string): Asset | undefined;
}

const SCRIPTED: readonly ScriptedPage[] = ["home", "voter", "host", "present", "results"];
const SHEETS: readonly Sheet[] = [...SCRIPTED, "account", "ops"];
const SPOKEN: readonly Language[] = ["en", "ja", "ko"];
const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#0b5d4d"/><g fill="#fff"><rect x="5" y="5.5" width="14" height="3.5" rx="1"/><rect x="5" y="10.5" width="9" height="3.5" rx="1"/><rect x="5" y="15.5" width="5" height="3.5" rx="1"/></g></svg>`;

/** Builds everything. Rejects with one line that names the file and the place. */
export async function buildAssets(): Promise<Assets> {
  const files = new Map<string, Asset>();
  const publish = (name: string, extension: string, contentType: string, body: Uint8Array<ArrayBuffer>) => {
    const hash = createHash("sha256").update(body).digest("hex").slice(0, 16);
    const path = `/assets/${name}-${hash}.${extension}`;
    // Built once and sent often: libdeflate at its slowest (5 ms) is 4 % smaller than zlib, and any browser reads it.
    const gzipped = Bun.gzipSync(body, { library: "libdeflate", level: 12 });
    files.set(path, { body, gzipped, contentType, etag: `"${hash}"` });
    return path;
  };
  // A script for each page and language, whole: nobody who votes waits for the form that makes a poll.
  const script = async (page: ScriptedPage, language: Language) =>
    publish(`${page}-${language}`, "js", SCRIPT, await build(`${page}.tsx`, [speaking(language)]));
  const scripts = async (page: ScriptedPage) => recordOf(SPOKEN, (language) => script(page, language));
  return {
    scripts: await recordOf(SCRIPTED, scripts),
    styles: await recordOf(SHEETS, async (sheet) =>
      publish(sheet, "css", STYLE, await build(`styles/${sheet}.css`, [])),
    ),
    icon: publish("icon", "svg", "image/svg+xml", new Uint8Array(Buffer.from(ICON))),
    find: (path) => files.get(path),
  };
}

async function recordOf<Key extends string, Value>(
  keys: readonly Key[],
  make: (key: Key) => Promise<Value>,
): Promise<Readonly<Record<Key, Value>>> {
  const made = await Promise.all(keys.map(async (key) => [key, await make(key)] as const));
  return Object.fromEntries(made) as Record<Key, Value>; // one for each key
}

/** Puts the texts of one language in the place of the switch between all of them. */
function speaking(language: Language): BunPlugin {
  const path = clientFile(`texts/${language}.ts`);
  return {
    name: `speaks ${LANGUAGES[language]}`,
    setup: (builder) => void builder.onResolve({ filter: /\/texts\/spoken\.ts$/ }, () => ({ path })),
  };
}

async function build(file: string, plugins: BunPlugin[]): Promise<Uint8Array<ArrayBuffer>> {
  const built = await Bun.build({
    entrypoints: [clientFile(file)],
    target: "browser",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    plugins,
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

function clientFile(file: string): string {
  return fileURLToPath(new URL(`../../client/${file}`, import.meta.url));
}
