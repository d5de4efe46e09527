import type { OptionId } from "../../shared/ids.ts";
import type { Audience } from "../app/poll.ts";
import { audienceOf, type Beholder } from "../app/snapshot.ts";
import type { Viewer } from "./viewer.ts";

/** A viewer's place in one poll. */
export class Seat implements Beholder {
  readonly viewer: Viewer;
  host: boolean;
  yourVote: readonly OptionId[] | null = null;
  /** Counts what this node itself learnt of the vote, so that a slower read from the store cannot undo it. */
  learnt = 0;
  /** Since when this socket has not kept up (epoch ms); it gets no snapshots until it drains. */
  behindSince: number | null = null;

  constructor(viewer: Viewer, host: boolean) {
    this.viewer = viewer;
    this.host = host;
  }

  get audience(): Audience {
    return audienceOf(this);
  }
}
