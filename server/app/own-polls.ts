/** Polls of one's own: owned at their making or claimed with their key later, and listed. */
import type { AccountId, PollId } from "../../shared/ids.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { notHostRefusal } from "./host-claim.ts";
import { isHostKey } from "./host-key.ts";
import { Outage } from "./outage.ts";
import { readOwnPollCursor } from "./own-poll-cursor.ts";
import { notFoundRefusal, type Poll, type PollDefinition } from "./poll.ts";
import type { PollStore } from "./ports.ts";
import type { AccountStore, OwnPoll } from "./session-ports.ts";

export interface OwnPollsPorts {
  readonly polls: Pick<PollStore, "read">;
  readonly accounts: Pick<AccountStore, "own" | "disown" | "pollsOf">;
}

export interface ListedPoll {
  readonly own: OwnPoll;
  /** As it stands; `null`: it cannot be read just now. */
  readonly poll: Poll | null;
}

/**
 * Makes the account own a poll it has just made. `false`: the database did not answer. The poll is there all the same:
 * whoever made it has its key, and claims it with that later.
 */
export async function ownNewPoll(
  { accounts }: Pick<OwnPollsPorts, "accounts">,
  accountId: AccountId,
  definition: PollDefinition,
): Promise<boolean> {
  const owned = await unlessOutage(accounts.own(accountId, ownPoll(definition)));
  return owned === "owned";
}

/** Takes over a poll with its key, once: a poll has one owner. Rejects with an `Outage`; asking again is harmless. */
export async function claimPoll(
  { polls, accounts }: OwnPollsPorts,
  accountId: AccountId,
  pollId: PollId,
  hostKey: string | undefined,
): Promise<Poll | Refusal> {
  const poll = await polls.read(pollId);
  if (!poll) return notFoundRefusal(pollId);
  if (!isHostKey(poll.definition, hostKey)) return notHostRefusal(pollId);
  if ((await accounts.own(accountId, ownPoll(poll.definition))) === "owned") return poll;
  return refuse("CONFLICT", "This poll belongs to another account already; its key still steers it.", {
    pollId,
  });
}

/** The account's polls, newest first, without those that were removed. Rejects with an `Outage`. */
export async function listOwnPolls(
  { polls, accounts }: OwnPollsPorts,
  accountId: AccountId,
  limit: number,
  cursor?: string,
): Promise<{ readonly items: readonly ListedPoll[]; readonly nextCursor: string | null } | Refusal> {
  if (cursor !== undefined && readOwnPollCursor(cursor) === null) {
    const message = "is not a cursor that this list gave";
    return refuse("BAD_MESSAGE", `The cursor ${message}.`, { errors: [{ path: "cursor", message }] });
  }
  const page = await accounts.pollsOf(accountId, limit, cursor);
  const listed = await Promise.all(
    page.items.map(async (own) => {
      const poll = await unlessOutage(polls.read(own.pollId));
      if (poll !== null) return { own, poll: poll === "outage" ? null : poll };
      // Its removal did not come this far. A code is never used again, so nothing can be lost.
      await accounts.disown(own.pollId);
      return null;
    }),
  );
  return { items: listed.filter((item) => item !== null), nextCursor: page.nextCursor };
}

function ownPoll({ pollId, question, createdAt }: PollDefinition): OwnPoll {
  return { pollId, question, createdAt };
}

async function unlessOutage<Answer>(asked: Promise<Answer>): Promise<Answer | "outage"> {
  try {
    return await asked;
  } catch (trouble) {
    if (trouble instanceof Outage) return "outage";
    throw trouble;
  }
}
