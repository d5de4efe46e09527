import { MAX_FRAME_BYTES } from "../../shared/limits.ts";
import { hostileBytes, hostileJson, hostileText } from "./hostile-values.ts";
import type { Random } from "./random.ts";

export type HostileFrame = string | Uint8Array<ArrayBuffer>;

/** Codes that the frames are about: of polls open, draft, closed and removed, and of rooms. */
export interface Targets {
  readonly pollIds: readonly string[];
}

/** One frame that no browser of ours sends. `id` is asked for in many of them, so that the answer can be told. */
export function hostileFrame(random: Random, targets: Targets, id: string): HostileFrame {
  switch (random.below(20)) {
    case 0:
      return hostileBytes(random, 300);
    case 1:
      return hostileJson(random, 5);
    case 2:
      return cut(random, frameOf(random, targets, id));
    case 3:
      return `${frameOf(random, targets, id).slice(0, -1)},"type":${hostileJson(random, 0)}}`;
    case 4:
      // To the limit and, rarely, beyond it: the latter costs the socket.
      return frameOf(random, targets, id).padEnd(MAX_FRAME_BYTES + (random.onceIn(20) ? 1 : 0), " ");
    default:
      return frameOf(random, targets, id);
  }
}

const TYPES = ["JOIN_POLL", "LEAVE_POLL", "JOIN_ROOM", "LEAVE_ROOM", "CAST_VOTE", "PING"];

/** A frame of the protocol in which something, or nothing, is wrong. */
function frameOf(random: Random, targets: Targets, id: string): string {
  const type = random.pick(TYPES);
  const fields: [string, string][] = [
    ["type", JSON.stringify(type)],
    ["data", dataOf(random, type, targets)],
    ["id", JSON.stringify(id)],
  ];
  if (random.onceIn(3)) spoil(random, fields);
  if (random.onceIn(4)) fields.push([hostileText(random), hostileJson(random)]);
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
}

function dataOf(random: Random, type: string, { pollIds }: Targets): string {
  const fields: [string, string][] = [];
  const code = type.endsWith("ROOM") ? "roomId" : "pollId";
  if (type !== "PING") fields.push([code, JSON.stringify(random.pick(pollIds))]);
  if (type.startsWith("JOIN") && random.onceIn(2))
    fields.push(["hostKey", JSON.stringify(hostileText(random))]);
  if (type === "CAST_VOTE") {
    fields.push(random.onceIn(2) ? ["optionId", optionOf(random)] : ["optionIds", optionsOf(random)]);
    if (random.onceIn(2)) fields.push(["revision", String(random.below(1_000))]);
  }
  if (random.onceIn(2)) spoil(random, fields);
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
}

/** One value becomes another, or one name. */
function spoil(random: Random, fields: [string, string][]): void {
  if (fields.length === 0) return;
  const field = random.pick(fields);
  if (random.onceIn(4)) field[0] = hostileText(random);
  else field[1] = hostileJson(random);
}

function optionOf(random: Random): string {
  return JSON.stringify(random.onceIn(3) ? hostileText(random) : `opt-${random.below(6)}`);
}

/** Some of them twice. */
function optionsOf(random: Random): string {
  return `[${Array.from({ length: random.below(25) }, () => optionOf(random)).join()}]`;
}

function cut(random: Random, frame: string): string {
  return frame.slice(0, random.below(frame.length));
}
