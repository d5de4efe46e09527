/** Voting with the plain form: what works before the page's script is there, and without it. */
import { z } from "zod";
import {
  formatJoinCode,
  isRoomId,
  type JoinCode,
  type PollId,
  parseJoinCode,
  type VoterId,
} from "../../shared/ids.ts";
import { MAX_OPTIONS } from "../../shared/limits.ts";
import { isRefusal, REFUSAL_STATUS, type Refusal, refuse } from "../../shared/refusals.ts";
import { pollIdInput } from "../../shared/schema-parts.ts";
import { Outage } from "../app/outage.ts";
import type { PagePorts } from "./account-pages.tsx";
import { castMeasured } from "./cast-measured.ts";
import { drawVoter } from "./draw-voter.tsx";
import type { EdgeApp, EdgeContext } from "./edge-ports.ts";
import { crowdedPage, notFoundPage, outOfReachPage } from "./lost-pages.tsx";
import type { Tried } from "./opened-screen.ts";
import { readForm } from "./read-form.ts";
import { type Rendered, renderPage } from "./render-page.tsx";
import { clientOf } from "./request-parts.ts";
import { orOutage, shownAt } from "./shown.ts";
import { voteAnswer } from "./vote-answer.ts";

const optionId = z.string().max(16);
const voteForm = z.object({
  /** The question that was shown when the form was filled in. */
  poll: pollIdInput,
  choice: z.union([optionId, z.array(optionId).max(MAX_OPTIONS)]).optional(),
});

/** Registers `/:code/vote`. Votes act by the voter's cookie, which no other site's form can send (`csrf-guard.ts`). */
export function registerVoteForm(app: EdgeApp, ports: PagePorts): void {
  app.post("/:code/vote", (context) => voteByForm(context, ports));
  // Where a browser lands that asks anew for the page that came back.
  app.get("/:code/vote", (context) =>
    // Never what was typed: `//elsewhere` would lead there.
    context.redirect(`/${parseJoinCode(context.req.param("code")) ?? ""}`, 303),
  );
}

async function voteByForm(context: EdgeContext, ports: PagePorts): Promise<Response> {
  const voter = await ports.identity.recognise(context.req.raw);
  const crowded = await ports.limits.arrival(clientOf(ports, context));
  // Who has a voter gets the page with what was ticked; anybody else would be given one with it.
  if (crowded && !voter) return crowdedPage(context, ports, crowded);
  const typed = context.req.param("code") ?? "";
  const code = parseJoinCode(typed);
  if (!code) return notFoundPage(context, ports, typed.slice(0, 64));
  const form = await readForm(context, voteForm);
  if (isRefusal(form)) return comeBack(context, ports, code, [], form);
  const { poll: pollId, choice = [] } = form.fields;
  const optionIds = typeof choice === "string" ? [choice] : choice;
  const at = await pageOf(ports, code, pollId);
  const outcome = crowded ?? (await cast(ports, voter, pollId, optionIds).catch(orOutage));
  if (outcome === "counted") return context.redirect(`/${at}`, 303);
  const refusal = outcome instanceof Outage ? unavailable(outcome) : outcome;
  return comeBack(context, ports, at, optionIds, refusal);
}

/** The room has moved on, perhaps: then what became of the vote is on the question's own page. */
async function pageOf(ports: PagePorts, code: JoinCode, pollId: PollId): Promise<JoinCode> {
  if (!isRoomId(code)) return pollId;
  const room = await ports.rooms.read(code).catch(orOutage);
  return room && !(room instanceof Outage) && room.current === pollId ? code : pollId;
}

type Outcome = "counted" | Refusal | Exclude<Tried["why"], Refusal["code"]>;

/** As `POST /api/polls/:pollId/votes`, with the same limits. */
async function cast(
  ports: PagePorts,
  voter: VoterId | null,
  pollId: PollId,
  optionIds: readonly string[],
): Promise<Outcome> {
  if (!voter) return refuse("NO_VOTER", "This browser sent no voter with its vote.");
  if (optionIds.length === 0) return "chooseFirst";
  const flood = await ports.limits.ballot(voter);
  if (flood) return flood;
  const request = { pollId, voter, optionIds, revision: undefined };
  const answer = voteAnswer(pollId, await castMeasured(ports, request));
  if (isRefusal(answer)) return answer;
  return answer.type === "VOTE_ACCEPTED" ? "counted" : "sendAgain";
}

/** The page again, with what is wrong at the form and what was chosen still ticked. */
async function comeBack(
  context: EdgeContext,
  ports: PagePorts,
  code: JoinCode,
  optionIds: readonly string[],
  outcome: Exclude<Outcome, "counted">,
): Promise<Response> {
  const why = typeof outcome === "string" ? outcome : outcome.code;
  if (typeof outcome !== "string") {
    context.set("refusal", outcome.code);
    const { retryAfterMs } = outcome;
    if (retryAfterMs !== undefined) {
      context.header("Retry-After", `${Math.max(1, Math.ceil(retryAfterMs / 1_000))}`);
    }
  }
  const shown = await shownAt(ports, context, code);
  if (shown instanceof Outage) return outOfReachPage(context, ports, formatJoinCode(code), shown);
  if (isRefusal(shown)) return notFoundPage(context, ports, formatJoinCode(code));
  const page = drawVoter(shown, { changing: false, tried: { optionIds, why } });
  return renderPage(context, ports.assets, { ...page, status: statusOf(why) });
}

function statusOf(why: Tried["why"]): Rendered["status"] {
  if (why === "chooseFirst") return 422;
  if (why === "sendAgain") return 202;
  // 401 would have to name a way to sign in, which is not what is missing.
  return why === "NO_VOTER" ? 403 : REFUSAL_STATUS[why];
}

function unavailable({ retryAfterMs, message }: Outage): Refusal {
  return refuse("UNAVAILABLE", message, { retryAfterMs });
}
