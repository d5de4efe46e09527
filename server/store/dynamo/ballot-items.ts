/** Ballots: packs of those that Redis counted, and items of those that were judged past it. Read together, merged. */
import type { PollId, VoterId } from "../../../shared/ids.ts";
import { mergeInto, type RegisteredBallot } from "../../app/register.ts";
import { ballotShard, type Meta } from "../tiers/ledger.ts";
import { inBatches } from "./in-batches.ts";
import { type Expression, type Item, numberOf, textOf } from "./item.ts";
import type { ItemTable } from "./item-table.ts";
import { ballotPartition, ballotsExpireAt, packItem, VOTER, voterItem } from "./keys.ts";
import { packText, unpackText } from "./pack-text.ts";

/** An item may have 400 KB; a smaller one is a smaller loss when it is throttled and sent again. */
const PACK_BYTES = 200_000;

export class BallotItems {
  readonly #table: ItemTable;
  readonly #retentionDays: number;

  constructor(table: ItemTable, retentionDays: number) {
    this.#table = table;
    this.#retentionDays = retentionDays;
  }

  /** Blind, and the same under the same name however often: so it may be sent again whatever came of it. */
  async append(meta: Meta, pack: string, ballots: readonly RegisteredBallot[]): Promise<void> {
    const expiresAt = this.#expiresAt(meta);
    const { shards, definition } = meta;
    const byShard = Map.groupBy(ballots, ({ voter }) => ballotShard(voter, shards));
    const items = [...byShard].flatMap(([shard, mine]) =>
      packText(mine, PACK_BYTES).map((text, part) => ({
        pk: ballotPartition(definition.pollId, shard),
        sk: packItem(pack, part),
        ballots: text,
        expiresAt,
      })),
    );
    await inBatches(
      items,
      (item) => item.ballots.length,
      (batch) => this.#table.putAll(batch, { inLane: true }),
    );
  }

  async put(
    meta: Meta,
    ballot: RegisteredBallot,
    expected: RegisteredBallot | null,
  ): Promise<"put" | RegisteredBallot | null> {
    const { voter, revision, choice } = ballot;
    const pk = ballotPartition(meta.definition.pollId, ballotShard(voter, meta.shards));
    const item = { pk, sk: voterItem(voter), revision, choice, expiresAt: this.#expiresAt(meta) };
    const condition = stands(expected, this.#table.second);
    if (await this.#table.put(item, condition, { inLane: true })) return "put";
    // An attempt whose answer was lost fails the next one's condition, and what stands is the ballot itself.
    const standing = await this.#table.get(item);
    const found = standing && ballotOf(standing);
    return found?.revision === revision && found.choice === choice ? "put" : found;
  }

  async merged(pollId: PollId, shard: number): Promise<RegisteredBallot[]> {
    const register = new Map<VoterId, RegisteredBallot>();
    for await (const page of this.#table.pages(ballotPartition(pollId, shard))) {
      for (const item of page) mergeInto(register, ballotsOf(item));
    }
    return [...register.values()];
  }

  #expiresAt({ control, definition }: Meta): number {
    const { openedAt } = control;
    return ballotsExpireAt({ openedAt, createdAt: definition.createdAt }, this.#retentionDays);
  }
}

/** A ballot that has expired is none, whether or not DynamoDB has deleted it. */
function stands(expected: RegisteredBallot | null, second: number): Expression {
  if (!expected) {
    return { text: "attribute_not_exists(pk) OR expiresAt <= :now", values: { ":now": second } };
  }
  return {
    text: "revision = :revision AND choice = :choice AND expiresAt > :now",
    values: { ":revision": expected.revision, ":choice": expected.choice, ":now": second },
  };
}

function ballotsOf(item: Item): readonly RegisteredBallot[] {
  return item.sk.startsWith(VOTER) ? [ballotOf(item)] : unpackText(textOf(item, "ballots"));
}

function ballotOf(item: Item): RegisteredBallot {
  return {
    voter: item.sk.slice(VOTER.length) as VoterId, // written by `voterItem`
    revision: numberOf(item, "revision"),
    choice: textOf(item, "choice"),
  };
}
