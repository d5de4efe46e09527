/** Beats of runs. One that is buried keeps an item for a while: not even a first beat that comes late wakes it. */
import { type Item, numberOf } from "./item.ts";
import { BATCH_GETS, type ItemTable } from "./item-table.ts";
import { beatKey } from "./keys.ts";

/** Far longer than a run lives without a beat: whoever expires was dead for a day. */
const BEAT_SECONDS = 86_400;

export class Runs {
  readonly #table: ItemTable;

  constructor(table: ItemTable) {
    this.#table = table;
  }

  /** An attempt whose answer was lost may have beaten as well: a beat is only ever compared with itself. */
  async beat(run: string, first: boolean): Promise<boolean> {
    const now = this.#table.second;
    const change = {
      text: "ADD beat :one SET expiresAt = :later",
      values: { ":one": 1, ":later": now + BEAT_SECONDS, ...(first ? {} : { ":now": now }) },
    };
    const isAlive = "attribute_exists(beat) AND expiresAt > :now";
    const condition = first ? "attribute_not_exists(buried)" : isAlive;
    return (await this.#table.update(beatKey(run), change, condition)) !== null;
  }

  async beats(runs: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const beats = new Map<string, number>();
    const wanted = [...new Set(runs)];
    for (let start = 0; start < wanted.length; start += BATCH_GETS) {
      const batch = wanted.slice(start, start + BATCH_GETS);
      const items = await this.#table.getAll(batch.map(beatKey));
      const byKey = new Map(items.map((item) => [item.pk, item]));
      for (const run of batch) {
        const item = byKey.get(beatKey(run).pk);
        if (item && !isBuried(item)) beats.set(run, numberOf(item, "beat"));
      }
    }
    return beats;
  }

  async bury(run: string, lastBeat: number | null): Promise<boolean> {
    const expiresAt = this.#table.second + BEAT_SECONDS;
    const change = {
      text: "SET buried = :yes, expiresAt = :later REMOVE beat",
      values: { ":yes": true, ":later": expiresAt, ...(lastBeat !== null && { ":last": lastBeat }) },
    };
    const stoodStill = lastBeat === null ? "attribute_not_exists(beat)" : "beat = :last";
    if (await this.#table.update(beatKey(run), change, stoodStill)) return true;
    const item = await this.#table.get(beatKey(run));
    return item === null || isBuried(item);
  }
}

function isBuried(item: Item): boolean {
  return item.buried === true;
}
