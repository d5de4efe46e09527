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

const scripts = Object.entries(assets.scripts);
const script = scripts.map(([, path]) => text(path)).join();

test.each(scripts)(
  "[U6] the script of the page %s weighs at most 15 KB gzipped, the style 8 KB",
  (page, path) => {
    const weight = fileAt(path).gzipped.length;
    const style = fileAt(assets.style).gzipped.length;
    console.log(`script of ${page} ${weight} B, style ${style} B, gzipped`);
    expect(weight).toBeLessThanOrEqual(15_000);
    expect(style).toBeLessThanOrEqual(8_000);
  },
);

test("[U6] no script carries a schema library or anything of the server", () => {
  expect(script).not.toMatch(/zod|safeParse|discriminatedUnion|invalid_type|hostKeyHash|bun:sqlite/i);
});

test("[U6] each page's script has what that page needs, and not what only the other needs", () => {
  const { home, poll } = assets.scripts;
  expect([text(poll).includes("CAST_VOTE"), text(poll).includes("option-row")]).toEqual([true, false]);
  expect([text(home).includes("CAST_VOTE"), text(home).includes("option-row")]).toEqual([false, true]);
});

test("[U6] nothing in it needs https or another host", () => {
  expect(script).not.toMatch(/randomUUID|crypto\.subtle|serviceWorker/);
  const addresses = [...`${script}${text(assets.style)}`.matchAll(/https?:\/\/[\w.]+/g)];
  // Names of XML vocabularies are addresses that nobody visits.
  expect(addresses.map(([address]) => address).filter((address) => address !== "http://www.w3.org")).toEqual(
    [],
  );
});

test("[U16] what is served compressed is what is served plain", () => {
  for (const path of [...Object.values(assets.scripts), assets.style, assets.icon]) {
    const { body, gzipped } = fileAt(path);
    expect(Buffer.compare(gunzipSync(gzipped), body)).toBe(0);
  }
});

test("[U16] the same source has the same address", async () => {
  const again = await buildAssets();
  expect([again.scripts, again.style]).toEqual([assets.scripts, assets.style]);
});
