import { isNewer, maySeeResults, type PollControl } from "../../server/app/poll.ts";
import type { ModelNode } from "./node.ts";
import type { Picture } from "./redis-state.ts";

/** What is on one screen: the newest picture by (epoch, version), as the page keeps it. */
export interface Screen {
  readonly control: PollControl;
  readonly epoch: number;
  readonly version: number;
  /** `null` while hidden. */
  readonly votes: readonly number[] | null;
  readonly participants: number;
}

/** A browser that looks on; it knows one node at a time. */
export class Browser {
  node: ModelNode;
  screen: Screen | null = null;
  removed = false;

  constructor(node: ModelNode) {
    this.node = node;
  }

  /** Takes a picture if it is newer. */
  show(picture: Picture): void {
    if (this.removed || (this.screen && !isNewer(picture, this.screen))) return;
    this.screen = screenOf(picture);
  }
}

/** A picture as the public may see it. */
export function screenOf({ control, epoch, version, votes, participants }: Picture): Screen {
  const seen = maySeeResults(control, "public");
  return { control, epoch, version, votes: seen ? votes : null, participants };
}
