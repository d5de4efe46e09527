/** Rolls: the ballots that a final result counts, packed. Each closer writes one of its own, under its own generation. */
import type { PollId } from "../../../shared/ids.ts";
import type { RegisteredBallot } from "../../app/register.ts";
import { inBatches } from "./in-batches.ts";
import { textOf } from "./item.ts";
import type { ItemTable } from "./item-table.ts";
import { ROLL_NOTE, rollNoteKey, rollPart, rollPartition, rollShard } from "./keys.ts";
import { packText, unpackText } from "./pack-text.ts";
import type { PollMetas } from "./poll-metas.ts";

/** Of the 400 KB that an item may have. */
const PART_BYTES = 300_000;
/** A roll of a poll that was removed meanwhile: whoever wrote it does not know yet. */
const ORPHAN_SECONDS = 86_400;
/** A closer writes the parts of one roll after the other; so many closers may go on at the same time. */
const NOTED_AT_ONCE = 64;

export class Rolls {
  readonly #table: ItemTable;
  readonly #metas: PollMetas;
  /** Expiry (epoch s) of the rolls begun here, by partition; the note of each is in the table. */
  readonly #begun = new Map<string, Promise<number>>();

  constructor(table: ItemTable, metas: PollMetas) {
    this.#table = table;
    this.#metas = metas;
  }

  async put(pollId: PollId, generation: string, shard: number, ballots: readonly RegisteredBallot[]) {
    const pk = rollPartition(pollId, generation);
    const expiresAt = await this.#begin(pollId, generation);
    const items = packText(ballots, PART_BYTES).map((text, part) => ({
      pk,
      sk: rollPart(shard, part),
      ballots: text,
      expiresAt,
    }));
    await inBatches(
      items,
      (item) => item.ballots.length,
      (batch) => this.#table.putAll(batch, { inLane: true }),
    );
  }

  async read(pollId: PollId, generation: string, shard: number): Promise<RegisteredBallot[]> {
    const ballots: RegisteredBallot[] = [];
    for await (const page of this.#table.pages(rollPartition(pollId, generation), rollShard(shard))) {
      for (const item of page) ballots.push(...unpackText(textOf(item, "ballots")));
    }
    return ballots;
  }

  /** Generations whose rolls have been begun. */
  async generations(pollId: PollId): Promise<string[]> {
    const generations: string[] = [];
    for await (const page of this.#table.keys(rollNoteKey(pollId, "").pk)) {
      const notes = page.filter(({ sk }) => sk.startsWith(ROLL_NOTE));
      generations.push(...notes.map(({ sk }) => sk.slice(ROLL_NOTE.length)));
    }
    return generations;
  }

  /** The note comes before the roll: a roll that nobody knows of could not be erased. */
  #begin(pollId: PollId, generation: string): Promise<number> {
    const partition = rollPartition(pollId, generation);
    const known = this.#begun.get(partition);
    if (known) return known;
    const noting = this.#note(pollId, generation);
    noting.catch(() => this.#begun.delete(partition));
    this.#begun.set(partition, noting);
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > NOTED_AT_ONCE && oldest !== undefined) this.#begun.delete(oldest);
    return noting;
  }

  async #note(pollId: PollId, generation: string): Promise<number> {
    const expiresAt = (await this.#metas.ballotsExpireAt(pollId)) ?? this.#table.second + ORPHAN_SECONDS;
    await this.#table.put({ ...rollNoteKey(pollId, generation), expiresAt });
    return expiresAt;
  }
}
