import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";

const ROOT = new URL("../../../", import.meta.url).pathname;
const product = [...new Bun.Glob("{shared,client,server}/**/*.{ts,tsx}").scanSync({ cwd: ROOT })];

/** Every way to the environment. What `Bun.build` is told to replace in the browser's code is a string, not a read. */
const READS = /(?<!["'`])\b(?:process|Bun|import\.meta)\.env\b|\benv\b[^;]*\}\s*=\s*process\b/;

test("[G2] only server/config.ts reads the environment", () => {
  const readers = product.filter((path) => READS.test(readFileSync(ROOT + path, "utf8")));
  expect(readers).toEqual(["server/config.ts"]);
});
