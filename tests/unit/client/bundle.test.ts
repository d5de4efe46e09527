import { expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { type Asset, buildAssets } from "../../../server/edge/assets.ts";

const assets = await buildAssets();
const text = (path: string) => Buffer.from(fileAt(path).body).toString();

function fileAt(path: string): Asset {
  const asset = assets.find(path);
  if (!asset) throw new Error(`${path} is not served`);
  return asset;
}

test("[U6] the script weighs at most 15 KB gzipped, the style 8 KB", () => {
  const script = fileAt(assets.script).gzipped.length;
  const style = fileAt(assets.style).gzipped.length;
  console.log(`script ${script} B, style ${style} B, gzipped`);
  expect(script).toBeLessThanOrEqual(15_000);
  expect(style).toBeLessThanOrEqual(8_000);
});

test("[U6] the script carries no schema library and nothing of the server", () => {
  expect(text(assets.script)).not.toMatch(
    /zod|safeParse|discriminatedUnion|invalid_type|hostKeyHash|bun:sqlite/i,
  );
  expect(text(assets.script)).toContain("CAST_VOTE");
});

test("[U6] nothing in it needs https or another host", () => {
  expect(text(assets.script)).not.toMatch(/randomUUID|crypto\.subtle|serviceWorker/);
  const addresses = [...`${text(assets.script)}${text(assets.style)}`.matchAll(/https?:\/\/[\w.]+/g)];
  // Names of XML vocabularies are addresses that nobody visits.
  expect(addresses.map(([address]) => address).filter((address) => address !== "http://www.w3.org")).toEqual(
    [],
  );
});

test("[U16] what is served compressed is what is served plain", () => {
  for (const path of [assets.script, assets.style, assets.icon]) {
    const { body, gzipped } = fileAt(path);
    expect(Buffer.compare(gunzipSync(gzipped), body)).toBe(0);
  }
});

test("[U16] the same source has the same address", async () => {
  const again = await buildAssets();
  expect([again.script, again.style]).toEqual([assets.script, assets.style]);
});
