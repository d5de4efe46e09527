import type { PollDefinition } from "../../server/app/poll.ts";
import { optionIdAt, type VoterId } from "../../shared/ids.ts";
import { newVoter } from "../support/fixtures.ts";
import type { CrashingStore } from "./broken-stores.ts";
import { type Cast, History, type Violation } from "./history.ts";
import { Random } from "./random.ts";

const VOTERS = 20;
const STEPS = 400;
const STEPS_BETWEEN_CRASHES = 50;

/**
 * Voters vote, change, repeat and overtake themselves in a store that crashes; some never hear their answer. Returns
 * what the checker says. The same for the same seed.
 */
export async function castThroughCrashes(
  store: CrashingStore,
  definition: PollDefinition,
  seed: number,
): Promise<Violation[]> {
  const random = new Random(seed);
  const history = new History();
  const voters = Array.from({ length: VOTERS }, newVoter);
  const { pollId } = definition;
  const optionIds = definition.options.map(({ optionId }) => optionId);
  const violations: Violation[] = [];
  const send = async (cast: Cast) => {
    const ballot = {
      pollId,
      voter: cast.voter as VoterId, // one of those above
      optionIds: optionIds.filter((optionId) => cast.optionIds.includes(optionId)),
      revision: cast.revision,
    };
    const { kind } = await store.cast(ballot);
    if (random.onceIn(10)) return; // the answer is lost
    cast.outcome = kind === "accepted" ? "ok" : "fail";
  };
  for (let step = 1; step <= STEPS; step++) {
    for (const cast of nextCasts(history, pollId, random.pick(voters), random, optionIds.length))
      await send(cast);
    if (step % STEPS_BETWEEN_CRASHES !== 0) continue;
    await store.crash();
    const [poll, choices] = await Promise.all([store.read(pollId), store.choicesOf(pollId, voters)]);
    const standing = new Map(voters.map((voter, index) => [voter, choices[index]?.optionIds ?? null]));
    const { votes = [], participantCount = 0 } = poll?.tally ?? {};
    const { allowChange } = definition.settings;
    const observation = { standing, votes, participantCount };
    violations.push(...history.judge({ pollId, allowChange, optionIds }, observation));
    for (const cast of history.all("unknown")) await send(cast);
  }
  return violations;
}

/** A voter's next ballots in the order in which they arrive: one, the last one again, or two of which the newer is first. */
function nextCasts(
  history: History,
  pollId: string,
  voter: VoterId,
  random: Random,
  options: number,
): readonly Cast[] {
  const before = history.of(pollId, voter);
  const last = before.at(-1);
  if (last && random.onceIn(3)) return [last];
  const count = random.onceIn(3) ? 2 : 1;
  const revision = before.length + 1;
  return Array.from({ length: count }, (_, index) =>
    history.begin({
      pollId,
      voter,
      optionIds: [optionIdAt(random.below(options))],
      revision: revision + index,
    }),
  ).reverse();
}
