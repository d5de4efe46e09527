/** Where accounts are in the one table. An address is in no key: keys are seen where values are not. */
import type { AccountId, JoinCode } from "../../../shared/ids.ts";
import { emailHash } from "../../app/email.ts";
import type { OwnPollPlace } from "../../app/own-poll-cursor.ts";
import type { Key } from "./item.ts";
import { pollPartition } from "./keys.ts";

export const accountPartition = (accountId: AccountId): string => `ACCOUNT#${accountId}`;
export const accountKey = (accountId: AccountId): Key => ({ pk: accountPartition(accountId), sk: "ACCOUNT" });

/** There is one item for an address, so whoever puts it first has the address. */
export const emailItemKey = (hash: string): Key => ({ pk: `EMAIL#${hash}`, sk: "EMAIL" });
export const emailItemKeyOf = (email: string): Key => emailItemKey(emailHash(email));

/** With the poll's own items, so that erasing the poll erases it. */
export const ownerKey = (pollId: JoinCode): Key => ({ pk: pollPartition(pollId), sk: "OWNER" });

export const OWN_POLL = "POLL#";
/** Keys are in the order of their characters; 15 digits of ms last longer than anything. */
export const ownPollSortKey = ({ createdAt, pollId }: OwnPollPlace): string =>
  `${OWN_POLL}${String(createdAt).padStart(15, "0")}#${pollId}`;
export const ownPollKey = (accountId: AccountId, place: OwnPollPlace): Key => ({
  pk: accountPartition(accountId),
  sk: ownPollSortKey(place),
});
