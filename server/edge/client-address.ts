import { isIP } from "node:net";

/**
 * The entry of a forwarding header that the outermost of `hops` trusted proxies wrote. Each proxy appends one, so it is
 * counted from the right; what stands left of it is the client's own invention. `null` without trust or header.
 */
export function trustedEntry(header: string | null, hops: number): string | null {
  if (hops === 0 || !header) return null;
  const entries = header.split(",").map((entry) => entry.trim());
  return entries[Math.max(0, entries.length - hops)] || null;
}

/**
 * The client's address: the peer of the connection, unless proxies are trusted and say otherwise.
 * `peer` is `null` when the connection is gone; such clients share the name `unknown`.
 */
export function clientAddress(request: Request, peer: string | null, hops: number): string {
  const told = trustedEntry(request.headers.get("x-forwarded-for"), hops);
  return (told && plainAddress(told)) || plainAddress(peer ?? "") || "unknown";
}

/**
 * What limits are counted by: an IPv4 address, or the /64 of an IPv6 one, since every home has 2^64 of those.
 */
export function limitKey(address: string): string {
  return isIP(address) === 6 ? `${expandedHead(address)}/64` : address;
}

/** Whether the peer is this machine. */
export function isLoopback(peer: string | null): boolean {
  const address = plainAddress(peer ?? "");
  return address === "::1" || address?.startsWith("127.") === true;
}

/** Without port, brackets and the IPv6 dress of an IPv4 address; `null` if it is no address. */
function plainAddress(text: string): string | null {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare;
  return isIP(address) ? address.toLowerCase() : null;
}

/** The first four groups of an IPv6 address, zeros written out. */
function expandedHead(address: string): string {
  const [head = "", tail] = address.split("::");
  const before = head ? head.split(":") : [];
  const after = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return groups.slice(0, 4).join(":");
}
