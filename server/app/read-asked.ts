/** What a room has asked so far, for afterwards. */
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { type Asker, type PollForAsker, readPoll } from "./read-poll.ts";
import type { ReadRoomPorts } from "./read-room.ts";
import type { Room } from "./room.ts";

/** Polls that are read at the same time: a room has 50, and others wait for their votes. */
const AT_ONCE = 8;

/**
 * The polls that everybody has been at, in the room's order, each as this asker may see it. One that is gone is left out.
 * Rejects only in an outage.
 */
export async function readAsked(
  ports: Omit<ReadRoomPorts, "rooms" | "definitions" | "clock">,
  { polls }: Pick<Room, "polls">,
  asker: Asker,
): Promise<PollForAsker[]> {
  const asked = polls.filter((poll) => poll.asked);
  const found: (PollForAsker | Refusal)[] = [];
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    const some = asked.slice(at, at + AT_ONCE);
    found.push(...(await Promise.all(some.map(({ pollId }) => readPoll(ports, pollId, asker)))));
  }
  return found.filter((one): one is PollForAsker => !isRefusal(one));
}
