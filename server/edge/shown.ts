/** What is at a code, as a page shows it to its visitor. */
import type { Shown } from "../../client/screen-state.ts";
import { isRoomId, type JoinCode } from "../../shared/ids.ts";
import type { PollView } from "../../shared/messages.ts";
import { isRefusal, type Refusal } from "../../shared/refusals.ts";
import { Outage } from "../app/outage.ts";
import { type Asker, readPoll } from "../app/read-poll.ts";
import { readRoom } from "../app/read-room.ts";
import { pollView } from "../app/snapshot.ts";
import { accountOf } from "../app/who-is-there.ts";
import { tokenFor } from "./csrf-guard.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";
import { voterOf } from "./render-page.tsx";
import { ownersOf } from "./request-parts.ts";
import { roomView } from "./room-view.ts";
import { visitorOf } from "./visitor.ts";

/** What is shown, and the token for what the visitor's session may do (`null` unless signed in). */
export interface ShownToVisitor extends Shown {
  readonly csrfToken: string | null;
}

/** What is at a code for whoever asks; a browser without a voter is given one with the answer. */
export async function shownAt(
  ports: EdgePorts,
  context: EdgeContext,
  code: JoinCode,
): Promise<ShownToVisitor | Refusal | Outage> {
  const request = context.req.raw;
  const asker = await visitorAsking(ports, request);
  const found = await pollOrRoom(ports, code, asker).catch(orOutage);
  if (found instanceof Outage || isRefusal(found)) return found;
  const voter = await voterOf(ports, context);
  const isSignedIn = asker.account !== null && asker.account !== "emergency";
  return { ...found, csrfToken: isSignedIn ? await tokenFor(ports, request, voter) : null };
}

/** A host key lives in the fragment and the browser's storage, so a page is a host's only by session. */
export async function visitorAsking(ports: EdgePorts, request: Request): Promise<Asker> {
  const account = accountOf(await visitorOf(ports, request));
  return { voter: await ports.identity.recognise(request), hostKey: undefined, account };
}

async function pollOrRoom(ports: EdgePorts, code: JoinCode, asker: Asker): Promise<Shown | Refusal> {
  const owning = { ...ports, ...ownersOf(ports) };
  if (isRoomId(code)) {
    const found = await readRoom(owning, code, asker);
    return isRefusal(found) ? found : roomView(found, ports.clock());
  }
  const found = await readPoll(owning, code, asker);
  if (isRefusal(found)) return found;
  return { room: null, view: pollView(found.poll, found.beholder, ports.clock()) };
}

/**
 * The poll that asked the same before, as this visitor may see it. `null`: there is none, or it is gone, or cannot be
 * read now; the page is worth showing without.
 */
export async function previousOf(ports: EdgePorts, asker: Asker, view: PollView | null) {
  const previousId = view?.poll.previousId;
  if (!previousId) return null;
  const found = await pollOrRoom(ports, previousId as JoinCode, asker).catch(orOutage); // as the server gave it
  return found instanceof Outage || isRefusal(found) ? null : found.view;
}

/** What is at a code as anybody may see it, whoever asks; `null`: nothing. Rejects only in an outage. */
export async function shownToAll(ports: EdgePorts, code: JoinCode): Promise<Shown | null> {
  const found = await pollOrRoom(ports, code, { voter: null, hostKey: undefined });
  return isRefusal(found) ? null : found;
}

export function orOutage(trouble: unknown): Outage {
  if (trouble instanceof Outage) return trouble;
  throw trouble;
}
