import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Connection } from "../../client/screen-state.ts";
import type { PollKind, ResultsVisibility } from "../../shared/messages.ts";

/** What hangs on a wall at one moment. */
export interface WallScene {
  readonly question?: string;
  readonly labels: readonly string[];
  readonly votes: readonly number[];
  /** What each option had when it was asked before. */
  readonly previous?: readonly number[];
  readonly kind?: PollKind;
  readonly status?: "draft" | "open" | "counting" | "final";
  readonly visibility?: ResultsVisibility;
  readonly secondsLeft?: number;
  readonly joined?: number;
  readonly here?: number;
  /** In a room, at its second question of five; in its lobby. */
  readonly room?: boolean;
  readonly lobby?: boolean;
  readonly connection?: Connection;
  readonly notice?: string;
}

/** Each scene as a whole HTML page. Playwright would compile the views for itself, so a process of Bun draws them. */
export async function drawWalls(scenes: readonly WallScene[]): Promise<readonly string[]> {
  const bun = process.versions.bun ? process.execPath : "bun";
  const program = fileURLToPath(new URL("./draw-wall.tsx", import.meta.url));
  const child = spawn(bun, [program], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(scenes));
  const [pages, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`The walls could not be drawn: the program ended with ${code}.`);
  return JSON.parse(pages);
}
