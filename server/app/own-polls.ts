/** Polls and rooms of one's own: owned at their making or claimed with their key later, and listed. */
import { type AccountId, isRoomId, type PollId, type RoomId } from "../../shared/ids.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { notHostRefusal } from "./host-claim.ts";
import { isHostKey } from "./host-key.ts";
import { Outage } from "./outage.ts";
import { readOwnPollCursor } from "./own-poll-cursor.ts";
import { notFoundRefusal, type Poll, type PollDefinition } from "./poll.ts";
import type { PollStore } from "./ports.ts";
import { type Room, roomNotFoundRefusal } from "./room.ts";
import type { RoomStore } from "./room-ports.ts";
import type { AccountStore, OwnPoll } from "./session-ports.ts";

export interface OwnPollsPorts {
  readonly polls: Pick<PollStore, "read">;
  readonly rooms: Pick<RoomStore, "read">;
  readonly accounts: Pick<AccountStore, "own" | "disown" | "pollsOf">;
}

export interface ListedPoll {
  readonly own: OwnPoll;
  /** As it stands; `null`: it cannot be read just now, or it is a room. */
  readonly poll: Poll | null;
}

/**
 * Makes the account own a poll it has just made. `false`: the database did not answer. The poll is there all the same:
 * whoever made it has its key, and claims it with that later.
 */
export async function ownNewPoll(
  { accounts }: { readonly accounts: Pick<AccountStore, "own"> },
  accountId: AccountId,
  definition: PollDefinition,
): Promise<boolean> {
  return (await unlessOutage(accounts.own(accountId, ownPoll(definition)))) === "owned";
}

/** The same for a room. Its polls are its owner's without being owned one by one. */
export async function ownNewRoom(
  ports: Omit<OwnPollsPorts, "rooms">,
  accountId: AccountId,
  room: Room,
): Promise<boolean> {
  return (await unlessOutage(ownRoom(ports, accountId, room))) === "owned";
}

/** Makes whoever owns `pollId` own the poll that asks the same again. `false`: nobody does, or the database is away. */
export async function ownAlike(
  { owners }: { readonly owners?: Pick<AccountStore, "own" | "ownerOf"> },
  pollId: PollId,
  again: PollDefinition,
): Promise<boolean> {
  if (!owners) return false;
  const owner = await unlessOutage(owners.ownerOf(pollId));
  return owner !== null && owner !== "outage" && (await ownNewPoll({ accounts: owners }, owner, again));
}

/**
 * Takes over a poll with its key, once: a poll has one owner, and one of a room has the room's. Rejects with an `Outage`;
 * asking again is harmless.
 */
export async function claimPoll(
  { polls, accounts }: Pick<OwnPollsPorts, "polls" | "accounts">,
  accountId: AccountId,
  pollId: PollId,
  hostKey: string | undefined,
): Promise<Poll | Refusal> {
  const poll = await polls.read(pollId);
  if (!poll) return notFoundRefusal(pollId);
  if (!isHostKey(poll.definition, hostKey)) return notHostRefusal(poll.definition);
  const { roomId } = poll.definition;
  if (roomId !== undefined) {
    return refuse("CONFLICT", "This poll belongs to a room; claim that, with all its polls.", {
      pollId,
      roomId,
    });
  }
  if ((await accounts.own(accountId, ownPoll(poll.definition))) === "owned") return poll;
  return refuse("CONFLICT", "This poll belongs to another account already; its key still steers it.", {
    pollId,
  });
}

/** The same for a room and all its polls. */
export async function claimRoom(
  ports: OwnPollsPorts,
  accountId: AccountId,
  roomId: RoomId,
  hostKey: string | undefined,
): Promise<Room | Refusal> {
  const room = await ports.rooms.read(roomId);
  if (!room || room.removing) return roomNotFoundRefusal(roomId);
  if (!isHostKey(room, hostKey)) return notHostRefusal(room);
  if ((await ownRoom(ports, accountId, room)) === "owned") return room;
  return refuse("CONFLICT", "This room belongs to another account already; its key still steers it.", {
    roomId,
  });
}

/** The account's polls and rooms, newest first, without those that were removed. Rejects with an `Outage`. */
export async function listOwnPolls(
  ports: OwnPollsPorts,
  accountId: AccountId,
  limit: number,
  cursor?: string,
): Promise<{ readonly items: readonly ListedPoll[]; readonly nextCursor: string | null } | Refusal> {
  if (cursor !== undefined && readOwnPollCursor(cursor) === null) {
    const message = "is not a cursor that this list gave";
    return refuse("BAD_MESSAGE", `The cursor ${message}.`, { errors: [{ path: "cursor", message }] });
  }
  const { accounts } = ports;
  const page = await accounts.pollsOf(accountId, limit, cursor);
  const listed = await Promise.all(
    page.items.map(async (own) => {
      const item = await look(ports, own);
      // Its removal did not come this far. A code is never used again, so nothing can be lost.
      if (!item) await accounts.disown(own.pollId);
      return item;
    }),
  );
  return { items: listed.filter((item) => item !== null), nextCursor: page.nextCursor };
}

/** The poll or room as it stands; `null`: it is gone. */
async function look({ polls, rooms }: OwnPollsPorts, own: OwnPoll): Promise<ListedPoll | null> {
  const { pollId } = own;
  if (!isRoomId(pollId)) {
    const poll = await unlessOutage(polls.read(pollId));
    return poll && { own, poll: poll === "outage" ? null : poll };
  }
  const room = await unlessOutage(rooms.read(pollId));
  if (room === "outage") return { own, poll: null };
  return room && { own: { ...own, question: room.title || own.question }, poll: null };
}

/** A room without a title is known by its first question. */
async function ownRoom(
  { polls, accounts }: Omit<OwnPollsPorts, "rooms">,
  accountId: AccountId,
  { roomId, title, polls: [first], createdAt }: Room,
): Promise<"owned" | "taken"> {
  const question = title || (first && (await polls.read(first.pollId))?.definition.question) || "";
  return accounts.own(accountId, { pollId: roomId, question, createdAt });
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
