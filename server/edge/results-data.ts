/** What the page of the results is drawn from, as one visitor may see it. */
import type { QuestionResults } from "../../client/page-data.ts";
import type { PollId } from "../../shared/ids.ts";
import type { PollView, RoomUpdate } from "../../shared/messages.ts";
import { Outage } from "../app/outage.ts";
import { readAsked } from "../app/read-asked.ts";
import type { Asker } from "../app/read-poll.ts";
import { pollView } from "../app/snapshot.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";
import { ownersOf } from "./request-parts.ts";
import { previousOf, visitorAsking } from "./shown.ts";

/** Questions whose ballots are counted by time at the same time. */
const AT_ONCE = 8;

/** A poll alone, or all that a room has asked. Rejects only in an outage. */
export async function resultsData(
  ports: EdgePorts,
  context: EdgeContext,
  { room, view }: { readonly room: RoomUpdate | null; readonly view: PollView | null },
): Promise<readonly QuestionResults[]> {
  const asker = await visitorAsking(ports, context.req.raw);
  if (!room) return view ? [await questionOf(ports, asker, view, true)] : [];
  const polls = room.polls.map(({ pollId, asked }) => ({ pollId: pollId as PollId, asked })); // as the server gave it
  const found = await readAsked({ ...ports, ...ownersOf(ports) }, { polls }, asker);
  const views = found.map(({ poll, beholder }) => pollView(poll, beholder, ports.clock()));
  const questions: QuestionResults[] = [];
  for (let at = 0; at < views.length; at += AT_ONCE) {
    const some = views.slice(at, at + AT_ONCE);
    questions.push(...(await Promise.all(some.map((each) => questionOf(ports, asker, each, false)))));
  }
  return questions;
}

/** What cannot be read now is left out: the numbers are worth showing without. `whole`: with the history, for the host. */
async function questionOf(
  ports: EdgePorts,
  asker: Asker,
  view: PollView,
  whole: boolean,
): Promise<QuestionResults> {
  const pollId = view.poll.pollId as PollId; // as the server gave it
  const [timeline, previous, history] = await Promise.all([
    ports.polls.timeline(pollId).catch(orNull),
    previousOf(ports, asker, view),
    whole && view.poll.host ? ports.polls.audit(pollId).catch(orNull) : null,
  ]);
  return {
    view: withoutOwnVote(view),
    // Where no result may be seen, when it came in is nobody's business either.
    timeline: timeline && (view.results.results ? timeline : { ...timeline, ballots: null }),
    previous: previous && withoutOwnVote(previous),
    history,
  };
}

/** The page is printed and passed on, so it does not say what its visitor chose. */
function withoutOwnVote({ poll, results }: PollView): PollView {
  return { poll: { ...poll, yourVote: null }, results };
}

function orNull(trouble: unknown): null {
  if (trouble instanceof Outage) return null;
  throw trouble;
}
