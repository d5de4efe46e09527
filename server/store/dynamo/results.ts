/** Counts of a poll: `TALLY` while Redis is away, `VIEWERS`, `FINAL`; and all of the poll's partition at one go. */
import type { PollId } from "../../../shared/ids.ts";
import type { Final, LedgerRecord, LedgerTally } from "../tiers/ledger.ts";
import { type Expression, type Item, numberOf, numbersOf, textOf } from "./item.ts";
import type { ItemTable } from "./item-table.ts";
import { finalKey, pollPartition, tallyKey, VIEWERS, viewersKey } from "./keys.ts";
import { readMeta } from "./poll-metas.ts";

/** For how long the count of a node that says nothing more is believed. */
const VIEWERS_SECONDS = 15;
/** A live count is of no use once Redis is back; this is longer than any outage that somebody watches. */
const TALLY_SECONDS = 86_400;

export class Results {
  readonly #table: ItemTable;

  constructor(table: ItemTable) {
    this.#table = table;
  }

  async record(pollId: PollId): Promise<LedgerRecord> {
    const items: Item[] = [];
    for await (const page of this.#table.pages(pollPartition(pollId))) items.push(...page);
    const at = (sk: string) => items.find((item) => item.sk === sk) ?? null;
    const [meta, tally, final] = [at("META"), at("TALLY"), at("FINAL")];
    const viewers = items.filter(({ sk }) => sk.startsWith(VIEWERS));
    return {
      meta: readMeta(meta),
      tally: tally && readTally(tally),
      final: final && readFinal(final),
      viewerCount: viewers.reduce((sum, item) => sum + numberOf(item, "viewers"), 0),
    };
  }

  async putTally(pollId: PollId, tally: LedgerTally, expectedVersion: number): Promise<boolean> {
    const { epoch, version, votes, participantCount } = tally;
    const key = tallyKey(pollId);
    const now = this.#table.second;
    const item = { ...key, epoch, version, votes, participantCount, expiresAt: now + TALLY_SECONDS };
    if (await this.#table.put(item, isVersion(expectedVersion, now))) return true;
    // Its first attempt may be what stands in the way of the second.
    const standing = await this.#table.get(key);
    return standing !== null && sameTally(readTally(standing), tally);
  }

  async reportViewers(pollId: PollId, node: string, count: number): Promise<void> {
    // One more: of the second that has begun not all is left.
    const expiresAt = this.#table.second + VIEWERS_SECONDS + 1;
    await this.#table.put({ ...viewersKey(pollId, node), viewers: count, expiresAt });
  }

  async putFinal(pollId: PollId, final: Final): Promise<Final> {
    const { epoch, version, votes, participantCount, checksum, generation, timeline } = final;
    const key = finalKey(pollId);
    const counted = { epoch, version, votes, participantCount, checksum, generation };
    const item = { ...key, ...counted, ...(timeline && { timeline }) };
    if (await this.#table.put(item, { text: "attribute_not_exists(pk)" })) return final;
    const standing = await this.#table.get(key);
    return standing ? readFinal(standing) : final; // erased in between: nobody will look at it
  }

  async final(pollId: PollId): Promise<Final | null> {
    const item = await this.#table.get(finalKey(pollId));
    return item && readFinal(item);
  }
}

function isVersion(expected: number, second: number): Expression {
  if (expected === 0) {
    return { text: "attribute_not_exists(pk) OR expiresAt <= :now", values: { ":now": second } };
  }
  return {
    text: "version = :version AND expiresAt > :now",
    values: { ":version": expected, ":now": second },
  };
}

function sameTally(a: LedgerTally, b: LedgerTally): boolean {
  return (
    a.epoch === b.epoch &&
    a.version === b.version &&
    a.participantCount === b.participantCount &&
    a.votes.join() === b.votes.join()
  );
}

function readTally(item: Item): LedgerTally {
  return {
    epoch: numberOf(item, "epoch"),
    version: numberOf(item, "version"),
    votes: numbersOf(item, "votes"),
    participantCount: numberOf(item, "participantCount"),
  };
}

function readFinal(item: Item): Final {
  return {
    ...readTally(item),
    checksum: textOf(item, "checksum"),
    generation: textOf(item, "generation"),
    ...("timeline" in item && { timeline: numbersOf(item, "timeline") }),
  };
}
