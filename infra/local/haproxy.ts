import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-ports.ts";
import { Part } from "./part.ts";
import { waitUntil } from "./wait-until.ts";

const RULES = fileURLToPath(new URL("haproxy.cfg", import.meta.url));

export interface HaproxyOptions {
  /** Where its files and its log go. */
  readonly folder: string;
  /** May name servers that start later: they are used once they are ready. Addresses are `host:port`. */
  readonly servers: readonly { readonly name: string; readonly address: string }[];
  /** 127.0.0.1 unless said. */
  readonly host?: string;
  /** A free one unless said. */
  readonly port?: number;
}

/** One HAProxy before several nodes. */
export interface Haproxy {
  /** On this machine. */
  readonly origin: string;
  readonly pid: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Returns when it answers, if only that no server is ready. */
export async function startHaproxy({
  folder,
  servers,
  host = "127.0.0.1",
  port,
}: HaproxyOptions): Promise<Haproxy> {
  const listenPort = port ?? (await freePort());
  const serverLines = servers.map(({ name, address }) => `    server ${name} ${address}\n`);
  const serversFile = join(folder, "haproxy-servers.cfg");
  await writeFile(serversFile, `backend nodes\n${serverLines.join("")}`);
  const part = new Part({
    name: "haproxy",
    command: ["haproxy", "-db", "-f", RULES, "-f", serversFile],
    env: { LISTEN: `${host}:${listenPort}` },
    folder,
    logFile: join(folder, "haproxy.log"),
  });
  const origin = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${listenPort}`;
  try {
    await waitUntil("HAProxy answers", async () => {
      part.mustRun();
      await (await fetch(`${origin}/ready`, { signal: AbortSignal.timeout(1_000) })).body?.cancel();
      return true;
    });
  } catch (error) {
    await part.kill9();
    throw error;
  }
  return { origin, pid: part.pid, logFile: part.logFile, stop: () => part.kill9() };
}
