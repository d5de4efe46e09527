/** What a node shows of a poll when something newer arrives. Pure; the rules of V6 for whoever looks on. */
import { isNewer, type Poll, type PollControl, type Tally } from "../app/poll.ts";

/** What changes of a poll while it is shown. */
export type Picture = Pick<Poll, "control" | "tally">;

/**
 * What is shown once `news` arrived by a message. Control and count move on each by itself, because the newer count may
 * come under the older control: a master that was replaced and does not know it goes on counting, and its snapshots say
 * "live" after "hide" was confirmed elsewhere. The other way round, a node that hears of "hide" from the ledger knows no
 * newer count, and hides at once what it has.
 */
export function heard(shown: Picture, news: Picture): Picture {
  const newer = isNewer(news.tally, shown.tally);
  // Of one `seq` the newer picture: without a ledger a step may be lost, and the host's next one has its number.
  const follows = newer ? news.control.seq >= shown.control.seq : news.control.seq > shown.control.seq;
  return {
    control: follows ? news.control : shown.control,
    tally: newer && !takesBackFinal(shown, news) ? withJoined(news.tally, shown.tally) : shown.tally,
  };
}

/**
 * What is shown once the store answered; `asked` is what was shown when it was asked, and the store was told of it. It is
 * the authority: without a ledger it is right also where its control is older, for then a failover has lost a step. What
 * was heard while it thought it cannot know, though.
 */
export function answered(shown: Picture, asked: Picture, answer: Picture): Picture {
  const overtaken = shown.control.seq !== asked.control.seq || isNewer(shown.tally, answer.tally);
  if (overtaken) return heard(shown, answer);
  return { control: answer.control, tally: withJoined(answer.tally, shown.tally) };
}

/** Whether both say the same to those who look on. */
export function isSameControl(a: PollControl, b: PollControl): boolean {
  return (
    a.seq === b.seq &&
    a.status === b.status &&
    a.visibility === b.visibility &&
    a.closesAt === b.closesAt &&
    a.closedAt === b.closedAt
  );
}

/** Whoever joined has joined: the ledger counts nobody, and a Redis that lost its state begins anew. */
function withJoined(tally: Tally, shown: Tally): Tally {
  return tally.joinedCount >= shown.joinedCount ? tally : { ...tally, joinedCount: shown.joinedCount };
}

/**
 * Settling takes an epoch of its own, so within one epoch what follows a final count is final; anything else is a late
 * message of somebody who was still counting. In a newer epoch it is believed: whoever took that epoch tells what follows.
 */
function takesBackFinal(shown: Picture, news: Picture): boolean {
  return shown.tally.final && !news.tally.final && shown.tally.epoch === news.tally.epoch;
}
