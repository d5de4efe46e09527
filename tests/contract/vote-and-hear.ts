import { expect } from "bun:test";
import { auditOf, ballotOf, definitionOf, newVoter, openControl } from "../support/fixtures.ts";
import { inTime } from "../support/wait-for.ts";
import type { PollStoreHarness } from "./poll-store-harness.ts";

/** Polls enough that every shard of a small cluster has some. */
const POLLS = 12;

/** Polls on every shard are made, voted in and heard of, with a replica behind each ballot. */
export async function voteAndHear({ store, news }: PollStoreHarness): Promise<void> {
  await Promise.all(
    Array.from({ length: POLLS }, async () => {
      const definition = definitionOf();
      const { pollId } = definition;
      await store.create(definition, openControl(definition, Date.now()), auditOf("created"));
      const outcome = await store.cast(ballotOf(pollId, newVoter(), [1]));
      expect(outcome).toMatchObject({ kind: "accepted", durability: "replicated" });
      await inTime(
        "the vote to be heard of",
        news.snapshot(pollId, ({ tally }) => tally.participantCount === 1),
      );
    }),
  );
}
