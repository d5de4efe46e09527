import { generate } from "lean-qr";
import { toSvgPath } from "lean-qr/extras/svg";
import type { QrDrawing } from "../../client/page-data.ts";

/** An address as a QR code, without the quiet zone that scanners need around it. */
export function qrOf(address: string): QrDrawing {
  const code = generate(address);
  return { size: code.size, path: toSvgPath(code) };
}
