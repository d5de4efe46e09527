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

/** Every script, by page and language. */
const scripts = Object.entries(assets.scripts).flatMap(([page, spoken]) =>
  Object.entries(spoken).map(([language, path]) => [page, language, path] as const),
);
const styles = Object.entries(assets.styles);
const script = scripts.map(([, , path]) => text(path)).join();
const style = styles.map(([, path]) => text(path)).join();

/** Bytes, gzipped. The pages of those who take part come first on a phone; a host waits for more. */
const MOST: Readonly<Record<string, number>> = { home: 15_000, voter: 15_000, present: 30_000, host: 30_000 };

test.each(scripts.filter(([page]) => MOST[page]))(
  "[U6] the script of the page %s in %s weighs at most what that page may",
  (page, language, path) => {
    const weight = fileAt(path).gzipped.length;
    console.log(`script of ${page} in ${language} ${weight} B gzipped`);
    expect(weight).toBeLessThanOrEqual(MOST[page] ?? 0);
  },
);

test.each(styles)("[U6] the style of the page %s weighs at most 8 KB gzipped", (page, path) => {
  const weight = fileAt(path).gzipped.length;
  console.log(`style of ${page} ${weight} B gzipped`);
  expect(weight).toBeLessThanOrEqual(8_000);
});

test("[U6] no script carries a schema library or anything of the server", () => {
  expect(script).not.toMatch(/zod|safeParse|discriminatedUnion|invalid_type|hostKeyHash|bun:sqlite/i);
});

test("[U6] each page's script has what that page needs, and not what only the other needs", () => {
  const { home, voter } = assets.scripts;
  expect([text(voter.en).includes("CAST_VOTE"), text(voter.en).includes("option-row")]).toEqual([
    true,
    false,
  ]);
  expect([text(home.en).includes("CAST_VOTE"), text(home.en).includes("option-row")]).toEqual([false, true]);
});

test("[U6] nothing in it needs https or another host", () => {
  expect(script).not.toMatch(/randomUUID|crypto\.subtle|serviceWorker/);
  const addresses = [...`${script}${style}`.matchAll(/https?:\/\/[\w.]+/g)];
  // Names of XML vocabularies are addresses that nobody visits.
  expect(addresses.map(([address]) => address).filter((address) => address !== "http://www.w3.org")).toEqual(
    [],
  );
});

test("[U16] what is served compressed is what is served plain", () => {
  const paths = [...scripts.map(([, , path]) => path), ...styles.map(([, path]) => path), assets.icon];
  for (const path of paths) {
    const { body, gzipped } = fileAt(path);
    expect(Buffer.compare(gunzipSync(gzipped), body)).toBe(0);
  }
});

test("[U16] the same source has the same address", async () => {
  const again = await buildAssets();
  expect([again.scripts, again.styles]).toEqual([assets.scripts, assets.styles]);
});
