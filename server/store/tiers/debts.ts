import type { PollId } from "../../../shared/ids.ts";
import type { Ledger, LedgerStep } from "./ledger.ts";
import type { Marks } from "./marks.ts";
import type { MetaLeases } from "./meta-leases.ts";
import { PollChores } from "./poll-chores.ts";
import type { RedisSide } from "./redis-side.ts";

/** How often what is owed is tried again (ms). */
const PAY_EVERY_MS = 300;

export interface DebtsPorts {
  readonly ledger: Pick<Ledger, "steer" | "claimEpoch" | "putOpen">;
  readonly redis: Pick<RedisSide, "isAway" | "steer" | "drop"> | null;
  readonly leases: MetaLeases;
  readonly marks: Pick<Marks, "under">;
  readonly onTrouble: (doing: string, trouble: unknown) => void;
}

/**
 * What this node has changed in META and still has to see through: steps whose outcome nobody knows, control that Redis
 * was not told, epochs that were shown and that Redis must outgrow.
 */
export class Debts {
  readonly #ports: DebtsPorts;
  readonly #steps = new Map<string, LedgerStep>();
  readonly #news = new Map<PollId, number>();
  readonly #chores: PollChores;

  constructor(ports: DebtsPorts) {
    this.#ports = ports;
    this.#chores = new PollChores({
      polls: () => this.#polls(),
      work: (pollId) => this.#pay(pollId),
      everyMs: PAY_EVERY_MS,
      onTrouble: (trouble) => ports.onTrouble("tell Redis what the ledger says", trouble),
    });
  }

  /**
   * Takes one step in META, under the mark. While nobody can tell whether it was taken it is repeated: a step that was
   * given up could still arrive, and Redis would never hear of it. Rejects with an `Outage`.
   */
  async takeStep(step: LedgerStep): Promise<"done" | "conflict" | "absent"> {
    const { ledger, leases, marks } = this.#ports;
    this.#steps.set(step.id, step);
    const taken = await marks.under(step.pollId, async () => {
      const answer = await ledger.steer(step);
      if (answer === "done") await this.#open(step);
      return answer;
    });
    leases.forget(step.pollId);
    if (taken === "done") {
      leases.newest(step.pollId, step.control);
      this.owe(step.pollId);
    }
    this.#steps.delete(step.id);
    return taken;
  }

  /** Takes the next epoch, to be shown from the ledger or by a Redis that may turn out to be deposed. */
  takeEpoch(pollId: PollId): Promise<number> {
    return this.#ports.marks.under(pollId, async () => {
      const epoch = await this.#ports.ledger.claimEpoch(pollId);
      this.#ports.leases.forget(pollId);
      this.owe(pollId);
      return epoch;
    });
  }

  /** Redis has to be told the control, and an epoch newer than any that was shown. */
  owe(pollId: PollId): void {
    this.#news.set(pollId, (this.#news.get(pollId) ?? 0) + 1);
  }

  /** How much is owed, for `paid`. */
  owed(pollId: PollId): number {
    return this.#news.get(pollId) ?? 0;
  }

  /** Redis has confirmed what was owed when `owed` was asked. */
  paid(pollId: PollId, owed: number): void {
    if (this.#news.get(pollId) === owed) this.#news.delete(pollId);
  }

  has(pollId: PollId): boolean {
    return this.#news.has(pollId) || [...this.#steps.values()].some((step) => step.pollId === pollId);
  }

  async close(): Promise<void> {
    await this.#chores.finish();
  }

  #polls(): PollId[] {
    return [...new Set([...this.#news.keys(), ...[...this.#steps.values()].map(({ pollId }) => pollId)])];
  }

  /** Under the mark too: a node that dies between the two leaves a mark, and whoever follows it reads META. */
  async #open({ pollId, control }: LedgerStep): Promise<void> {
    if (control === "removed" || control.status === "closed") {
      await this.#ports.ledger.putOpen({ pollId, closesAt: 0, ending: true });
    } else if (control.status === "open" && control.closesAt !== null) {
      await this.#ports.ledger.putOpen({ pollId, closesAt: control.closesAt, ending: false });
    }
  }

  async #pay(pollId: PollId): Promise<void> {
    for (const step of this.#steps.values()) if (step.pollId === pollId) await this.takeStep(step);
    const owed = this.owed(pollId);
    if (owed === 0) return;
    const { redis, ledger, leases } = this.#ports;
    if (!redis) return this.paid(pollId, owed);
    if (redis.isAway(pollId)) return;
    const { meta } = await leases.read(pollId, 0);
    if (meta === "removed") await redis.drop(pollId);
    else if (meta) {
      const { definition, control } = meta;
      // Where there is no state, whoever makes one reads META later than this.
      await redis.steer({ definition, control, epoch: await ledger.claimEpoch(pollId) });
    }
    this.paid(pollId, owed);
  }
}
