/** The host link: what steers from another device. It is made here, because no server may ever see the key. */
import { generate } from "lean-qr";
import { toSvgPath } from "lean-qr/extras/svg";
import { hostAddress } from "./host-key.ts";
import type { Panel } from "./host-state.ts";

/** `origin`: where other devices reach the service. */
export function hostLink(origin: string, code: string, hostKey: string): Panel {
  const address = `${origin}${hostAddress(code, hostKey)}`;
  const drawn = generate(address);
  return { kind: "link", address, qr: { size: drawn.size, path: toSvgPath(drawn) }, copied: null };
}

/** Puts the text of a field on the clipboard; without https browsers have only the old way. `false`: neither worked. */
export async function copyField(field: HTMLInputElement): Promise<boolean> {
  field.focus();
  field.select();
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(field.value);
      return true;
    }
    return document.execCommand("copy");
  } catch {
    return false;
  }
}
