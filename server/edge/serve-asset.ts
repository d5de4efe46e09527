import type { Assets } from "./assets.ts";
import type { EdgeContext } from "./edge-ports.ts";

export function serveAsset(
  context: EdgeContext,
  assets: Assets,
  path: string,
  cacheControl: string,
): Response {
  const asset = assets.find(path);
  if (!asset) return context.notFound() as Response; // ours is synchronous
  const headers = {
    "Content-Type": asset.contentType,
    "Cache-Control": cacheControl,
    ETag: asset.etag,
    Vary: "Accept-Encoding",
  };
  if (context.req.header("if-none-match") === asset.etag) return context.body(null, 304, headers);
  const gzip = /\bgzip\b/.test(context.req.header("accept-encoding") ?? "");
  if (!gzip) return context.body(asset.body, 200, headers);
  return context.body(asset.gzipped, 200, { ...headers, "Content-Encoding": "gzip" });
}
