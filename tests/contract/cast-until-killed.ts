/**
 * A process of its own with a store open (argument: the data folder): casts ballots of endless voters in poll
 * `ABCD1234`, which must be there, and prints the voter of each acknowledged one on a line.
 */
import { openEmbeddedPollStore } from "../../server/store/embedded/embedded-poll-store.ts";
import { parsePollId } from "../../shared/ids.ts";
import { ballotOf, newVoter } from "../support/fixtures.ts";

const AT_ONCE = 50;

const directory = process.argv[2] ?? "";
const pollId = parsePollId("ABCD1234");
if (!pollId) throw new Error("That is a join code.");
try {
  const store = openEmbeddedPollStore({ directory, clock: Date.now, tell: () => undefined });
  const vote = async () => {
    for (;;) {
      const voter = newVoter();
      const outcome = await store.cast(ballotOf(pollId, voter, [1]));
      if (outcome.kind === "accepted") process.stdout.write(`${voter}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, vote));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
