import type { Choice } from "../../server/app/ballot.ts";
import type { Run } from "./node.ts";
import type { Cast } from "./redis-state.ts";

/** An answer `VOTE_ACCEPTED` that left a node, and the ballot it vouches for: of a repeat the one that stands. */
export interface Acknowledgement extends Cast {
  readonly durability: "replicated" | "ledger";
  readonly run: Run;
  readonly at: number;
}

/** What a voter sent, and how each attempt ended; `unknown` covers pending and no answer. */
export interface Attempts extends Cast {
  accepted: number;
  refused: number;
  unknown: number;
}

/** What the host was told is done, and how far it had got by then. */
export interface Steered {
  readonly what: "hide" | "reveal" | "close" | "remove";
  readonly seq: number;
  /** Redis has confirmed it; else only the ledger has it so far. */
  readonly inRedis: boolean;
  readonly at: number;
}

/** What happened, as those outside saw it: ok, fail and unknown kept apart. */
export class History {
  readonly acknowledged: Acknowledgement[] = [];
  readonly attempts: Attempts[] = [];
  readonly steered: Steered[] = [];
  /** Which ballots came to the ledger, and when. */
  readonly arrivals: (Cast & { readonly at: number })[] = [];
  /** How often a schedule got as far as that; a model in which nothing happens finds nothing. */
  readonly reached = { rebuilds: 0, finals: 0, settled: 0 };
  /** Found while running; the rest is found at rest. */
  readonly violations: string[] = [];
  /** Told only if somebody asks for the story of a seed. */
  readonly story: string[] | null;

  constructor(told: boolean) {
    this.story = told ? [] : null;
  }

  attempt(voter: number, choice: Choice): Attempts {
    const attempts = { voter, choice, accepted: 0, refused: 0, unknown: 0 };
    this.attempts.push(attempts);
    return attempts;
  }
}
