import { LRUCache } from "lru-cache";
import type { PollId } from "../../../shared/ids.ts";
import type { PollControl } from "../../app/poll.ts";
import type { Ledger, MetaRead } from "./ledger.ts";

/** A read of META, and when it was sent (monotonic ms): an answer may be older than it looks. */
export interface MetaLease {
  readonly meta: MetaRead;
  readonly sentAt: number;
}

/** Polls remembered; what falls out is read again. */
const REMEMBERED = 20_000;

/**
 * Strong reads of META, shared by whoever asks at once, and what this node has learnt of each poll's control anywhere:
 * nothing is shown under an older one.
 */
export class MetaLeases {
  readonly #ledger: Pick<Ledger, "meta">;
  readonly #leases = new LRUCache<PollId, MetaLease>({ max: REMEMBERED });
  readonly #asking = new Map<PollId, { readonly sentAt: number; readonly lease: Promise<MetaLease> }>();
  readonly #controls = new LRUCache<PollId, PollControl | "removed">({ max: REMEMBERED });
  readonly #closedSince = new LRUCache<PollId, number>({ max: REMEMBERED });

  constructor(ledger: Pick<Ledger, "meta">) {
    this.#ledger = ledger;
  }

  /** META, read at most `maxAgeMs` ago; 0 asks anew. Rejects with an `Outage`. */
  async read(pollId: PollId, maxAgeMs: number): Promise<MetaLease> {
    const oldest = performance.now() - maxAgeMs;
    const known = this.#leases.get(pollId);
    if (known && known.sentAt >= oldest) return known;
    const asking = this.#asking.get(pollId);
    if (asking && asking.sentAt >= oldest) return asking.lease;
    const sentAt = performance.now();
    const asked = { sentAt, lease: this.#ask(pollId, sentAt) };
    this.#asking.set(pollId, asked);
    return asked.lease.finally(() => {
      if (this.#asking.get(pollId) === asked) this.#asking.delete(pollId);
    });
  }

  /** Takes note of a control seen anywhere, and returns the newest one; `"removed"` once that is known. */
  newest(pollId: PollId, control: PollControl | "removed"): PollControl | "removed" {
    const known = this.#controls.get(pollId);
    if (known === "removed") return known;
    if (control !== "removed" && known && known.seq >= control.seq) return known;
    this.#controls.set(pollId, control);
    return control;
  }

  /** Whether this node has heard that the poll was removed: its lease may be older than that. */
  knowsRemoved(pollId: PollId): boolean {
    return this.#controls.get(pollId) === "removed";
  }

  /** Since when (monotonic ms) this node knows that META says closed. */
  closedSince(pollId: PollId): number | undefined {
    return this.#closedSince.get(pollId);
  }

  /** What was read so far no longer holds: this node itself has changed META. */
  forget(pollId: PollId): void {
    this.#leases.delete(pollId);
    this.#asking.delete(pollId);
  }

  async #ask(pollId: PollId, sentAt: number): Promise<MetaLease> {
    const meta = await this.#ledger.meta(pollId);
    const lease = { meta, sentAt };
    const known = this.#leases.get(pollId);
    if (!known || known.sentAt < sentAt) this.#leases.set(pollId, lease);
    if (meta === "removed") this.newest(pollId, meta);
    else if (meta) this.newest(pollId, meta.control);
    if (meta && meta !== "removed" && meta.control.status === "closed" && !this.#closedSince.has(pollId)) {
      this.#closedSince.set(pollId, performance.now());
    }
    return lease;
  }
}
