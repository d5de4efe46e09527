import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";

const ROOT = new URL("../../../", import.meta.url).pathname;
const dockerfile = readFileSync(`${ROOT}Dockerfile`, "utf8");
const packageJson = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));

/** Arguments of an instruction, in order. */
function all(instruction: string): string[] {
  return [...dockerfile.matchAll(new RegExp(`^${instruction} (.+)$`, "gm"))].map(([, words = ""]) => words);
}

test("[G3] the image has the Bun of package.json, and so do the two commands", () => {
  const version = packageJson.engines.bun.replace(/^\D+/, "");
  expect(all("FROM")).toEqual([`oven/bun:${version}-slim`]);
  expect(packageJson.devDependencies["bun-types"]).toBe(version);
  for (const file of ["README.md", ".ci/run"]) {
    const named = readFileSync(ROOT + file, "utf8").match(/\bbun@[\d.]+\d/g) ?? [];
    expect(new Set(named)).toEqual(new Set([`bun@${version}`]));
  }
});

test("[G3] the node is the process that gets the container's signals", () => {
  expect(all("CMD").map((command) => JSON.parse(command))).toEqual([["bun", "server/main.ts"]]);
  expect(all("ENTRYPOINT")).toEqual([]);
});

test("[G3] it runs as a user without rights, who owns the data and nothing else", () => {
  const lines = dockerfile.split("\n");
  const user = lines.indexOf("USER bun");
  expect(user).toBeGreaterThan(lines.findLastIndex((line) => line.startsWith("RUN ")));
  expect(user).toBeLessThan(lines.findIndex((line) => line.startsWith("CMD ")));
  expect(all("VOLUME")).toEqual(["/app/data"]);
  expect(dockerfile).not.toContain("--chown");
});

test("[G3] nothing of the tests, of this machine or of Git gets in", () => {
  const ignored = readFileSync(`${ROOT}.dockerignore`, "utf8").split("\n");
  for (const path of ["*", "!server", "!client", "!shared"]) expect(ignored).toContain(path);
});
