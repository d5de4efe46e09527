/** The faults of nodes and of those who are connected to them. */
import { readFileSync } from "node:fs";
import { waitFor } from "../support/wait-for.ts";
import { RawSocket } from "../wire/raw-socket.ts";
import type { Stage } from "./stage.ts";

/** Requests that each slow reader sends: with 200 bytes of answers, far more than a connection holds. */
const QUESTIONS = 20_000;
/** What a node may take for slow readers, beside what it needs anyway (bytes). */
const MEMORY_BYTES = 150 * 1024 * 1024;

export async function nodeKilled(stage: Stage): Promise<void> {
  await gone(stage, (node) => node.kill9());
}

export async function nodeDrained(stage: Stage): Promise<void> {
  await gone(stage, async (node) => {
    const code = await node.drain();
    if (code !== 0) throw new Error(`The node ended with ${code}.`);
  });
}

type Node = Stage["cluster"]["nodes"][number];

async function gone({ cluster, crowd, votesGoOn }: Stage, end: (node: Node) => Promise<void>): Promise<void> {
  const [, node] = cluster.nodes;
  if (!node) throw new Error("There is no second node.");
  await end(node);
  const elsewhere = () => crowd.phones.every(({ isLive, nodes }) => isLive && nodes.at(-1) !== node.name);
  await waitFor("all to be back on other nodes", elsewhere, 20_000);
  await votesGoOn();
}

/** Ten who ask and ask, and read nothing. */
export async function slowReaders({ cluster, poll, votesGoOn }: Stage): Promise<void> {
  const before = cluster.nodes.map(residentBytes);
  const slow = await Promise.all(
    Array.from({ length: 9 }, (_, index) => RawSocket.open(cluster.nodes[index % 3]?.port ?? 0)),
  );
  for (const socket of slow) {
    socket.stopReading();
    for (let sent = 0; sent < QUESTIONS; sent++) {
      socket.send({ type: "JOIN_POLL", data: { pollId: poll.pollId } });
    }
  }
  await votesGoOn(1_000);
  const most = Math.max(...cluster.nodes.map((node, index) => residentBytes(node) - (before[index] ?? 0)));
  if (most > MEMORY_BYTES) throw new Error(`A node has grown by ${most} bytes.`);
  for (const socket of slow) socket.readAgain();
  // With 4009, or cut off: what they had sent and nobody will read makes TCP reset the connection.
  await waitFor("the node to have given them up", () => slow.every(({ ended }) => ended), 20_000);
  for (const socket of slow) await socket[Symbol.asyncDispose]();
}

function residentBytes({ pid }: Node): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}
