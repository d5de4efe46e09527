import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";

const ROOT = new URL("../../../", import.meta.url).pathname;
const packageJson = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));

const FILE = /\b(?:shared|client|server|tests|infra|docs)\/[\w./-]*\w/g;
const SCRIPT = /\bbun run ([\w:]+)/g;

test.each(["README.md", "CONTRIBUTING.md", "DECISIONS.md"])(
  "[G6] files and scripts that %s names exist",
  (name) => {
    const text = readFileSync(ROOT + name, "utf8");
    const files = text.match(FILE) ?? [];
    const linked = [...text.matchAll(/\]\(([\w./-]+)\)/g)].map(([, path = ""]) => path);
    const missing = [...files, ...linked].filter((path) => !existsSync(ROOT + path));
    const scripts = [...text.matchAll(SCRIPT)].map(([, script = ""]) => script);
    expect(missing).toEqual([]);
    expect(scripts.filter((script) => !(script in packageJson.scripts))).toEqual([]);
  },
);
