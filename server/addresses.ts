import { networkInterfaces } from "node:os";

export interface Addresses {
  /** To open on this machine. */
  readonly here: string;
  /** For phones on the same network; empty where the node listens on this machine only. */
  readonly network: readonly string[];
}

/** The addresses under which a node that listens on `host` and `port` can be opened. */
export function addressesOf(host: string, port: number): Addresses {
  const everywhere = host === "0.0.0.0" || host === "::";
  if (!everywhere) return { here: `http://${host.includes(":") ? `[${host}]` : host}:${port}`, network: [] };
  const network = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === "IPv4" && !address.internal)
    .map((address) => `http://${address.address}:${port}`);
  return { here: `http://127.0.0.1:${port}`, network };
}
