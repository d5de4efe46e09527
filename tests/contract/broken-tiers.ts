/** Ledgers and Redis sides that break one promise each, around the real ones: what the checker of histories has to find. */
import type { RegisteredBallot } from "../../server/app/register.ts";
import { DynamoLedger } from "../../server/store/dynamo/dynamo-ledger.ts";
import { RedisTier } from "../../server/store/redis/redis-tier.ts";
import type { Meta } from "../../server/store/tiers/ledger.ts";
import type { Fenced } from "../../server/store/tiers/redis-side.ts";

/** Says that it has what it was given, and has not: what was acknowledged is forgotten everywhere but in Redis. */
export class KeepsNothing extends DynamoLedger {
  override async append(): Promise<void> {}
}

/** Overlooks the ballots of some shards: so does whoever makes Redis whole, or counts. */
export class SkipsShards extends DynamoLedger {
  override async ballots(meta: Meta, shard: number): Promise<RegisteredBallot[]> {
    return shard % 4 === 3 ? [] : super.ballots(meta, shard);
  }
}

/** Reads what is in packs and in voters' own items, and does not merge. */
export class CountsTwice extends DynamoLedger {
  override async ballots(meta: Meta, shard: number): Promise<RegisteredBallot[]> {
    const ballots = await super.ballots(meta, shard);
    return [...ballots, ...ballots];
  }
}

/** Puts whatever stands there. */
export class PutsBlindly extends DynamoLedger {
  override async put(
    meta: Meta,
    ballot: RegisteredBallot,
    expected: RegisteredBallot | null,
  ): Promise<"put" | RegisteredBallot | null> {
    for (let standing = expected; ; ) {
      const answer = await super.put(meta, ballot, standing);
      if (answer === "put") return answer;
      standing = answer;
    }
  }
}

/** Believes that the counting has ended because somebody said so. */
export class ClosesWithoutFence extends RedisTier {
  override async fence(): Promise<Fenced> {
    return { whole: true, outbox: [] };
  }
}
