/** The home page's form, filled from a poll or a room that is to be asked once more. */
import { EMPTY_FORM } from "../../client/create-form.ts";
import { filledForm } from "../../client/filled-form.ts";
import type { HomeData } from "../../client/page-data.ts";
import { formatJoinCode, isRoomId, type JoinCode, type PollId, parseJoinCode } from "../../shared/ids.ts";
import { isRefusal } from "../../shared/refusals.ts";
import { Outage } from "../app/outage.ts";
import type { PollDefinition } from "../app/poll.ts";
import { readRoom } from "../app/read-room.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";
import { askerOf, ownersOf } from "./request-parts.ts";
import { orOutage } from "./shown.ts";

/** What is at a code, as far as whoever asks may see it. */
interface Text {
  /** `null`: a poll alone. */
  readonly title: string | null;
  readonly polls: readonly PollDefinition[];
}

/** `typed`: the code as it stands in the address; empty for a form of its own. Nothing to start from is no failure. */
export async function formFrom(
  ports: EdgePorts,
  context: EdgeContext,
  typed: string,
): Promise<Pick<HomeData, "form" | "from">> {
  if (!typed) return { form: EMPTY_FORM, from: null };
  const parsed = parseJoinCode(typed);
  const code = parsed ? formatJoinCode(parsed) : typed.slice(0, 64);
  const text = parsed && (await textAt(ports, context, parsed).catch(orOutage));
  if (text instanceof Outage) return { form: EMPTY_FORM, from: { code, found: "away" } };
  if (!text) return { form: EMPTY_FORM, from: { code, found: "unknown" } };
  return { form: filledForm(text.title, text.polls), from: { code, found: "yes" } };
}

async function textAt(ports: EdgePorts, context: EdgeContext, code: JoinCode): Promise<Text | null> {
  if (!isRoomId(code)) {
    const poll = await definitionOf(ports, code);
    return poll && { title: null, polls: [poll] };
  }
  // Who is no host of the room gets the questions that have been asked.
  const found = await readRoom({ ...ports, ...ownersOf(ports) }, code, await askerOf(ports, context));
  if (isRefusal(found)) return null;
  const { title, polls } = found.room;
  const read = await Promise.all(polls.map(({ pollId }) => definitionOf(ports, pollId as PollId))); // the store's own
  return { title, polls: read.filter((poll) => poll !== null) };
}

function definitionOf({ definitions }: EdgePorts, pollId: PollId): Promise<PollDefinition | null> {
  return Promise.resolve(definitions.known(pollId) ?? definitions.load(pollId));
}
