/** `/login` and `/account`: plain pages with plain forms, which need no script. */

import { everyPage, account as words } from "../../client/texts/spoken.ts";
import { AccountAway } from "../../client/views/account-away.tsx";
import { EMPTY_BACK, type FormBack } from "../../client/views/account-field.tsx";
import { AccountPage } from "../../client/views/account-page.tsx";
import type { MyPollsProps, PollLine } from "../../client/views/account-polls.tsx";
import type { SessionLine } from "../../client/views/account-sessions.tsx";
import { SignInPage } from "../../client/views/account-sign-in.tsx";
import { isRoomId } from "../../shared/ids.ts";
import { isRefusal, REFUSAL_STATUS, type Refusal } from "../../shared/refusals.ts";
import { Outage } from "../app/outage.ts";
import { type ListedPoll, listOwnPolls } from "../app/own-polls.ts";
import { listSessions } from "../app/own-sessions.ts";
import { MIN_PASSWORD_LENGTH } from "../app/passwords.ts";
import type { Assets } from "./assets.ts";
import { tokenFor } from "./csrf-guard.ts";
import { readDeviceName } from "./device-name.ts";
import type { EdgeApp, EdgeContext, EdgePorts } from "./edge-ports.ts";
import { wholeOf } from "./form-back.ts";
import { noAccountsRefusal } from "./hosting.ts";
import { type Rendered, renderPage, voterOf } from "./render-page.tsx";
import { emailOf } from "./session-view.ts";
import { type AtTheDesk, signedInOf, visitorOf } from "./visitor.ts";

export interface PagePorts extends EdgePorts {
  readonly assets: Assets;
}

const POLLS_PER_PAGE = 20;

export function registerAccountPages(app: EdgeApp, ports: PagePorts): void {
  app.get("/login", async (context) => {
    if (!ports.hosting) return awayPage(context, ports, noAccountsRefusal());
    const who = await visitorOf(ports, context.req.raw);
    return typeof who === "object" ? context.redirect("/account", 303) : signInPage(context, ports, {});
  });

  app.get("/account", async (context) => {
    const desk = await signedInOf(ports, context.req.raw);
    if (!isRefusal(desk)) return accountPage(context, ports, desk, {});
    return desk.code === "NOT_ALLOWED" ? context.redirect("/login", 303) : awayPage(context, ports, desk);
  });
}

interface SignInBack {
  readonly signIn?: FormBack;
  readonly signUp?: FormBack;
  readonly status?: Rendered["status"];
}

export async function signInPage(
  context: EdgeContext,
  ports: PagePorts,
  { signIn = EMPTY_BACK, signUp = EMPTY_BACK, status = 200 }: SignInBack,
): Promise<Response> {
  const token = (await tokenFor(ports, context.req.raw, await voterOf(ports, context))) ?? "";
  const view = (
    <SignInPage
      token={token}
      leastPassword={MIN_PASSWORD_LENGTH}
      signIn={signIn}
      signUp={signUp}
      done={doneOf(context)}
    />
  );
  const draw = () => ({ title: `${words.signIn} · ${everyPage.brand}`, view });
  return renderPage(context, ports.assets, { draw, sheet: "account", data: null, status });
}

interface AccountBack {
  readonly password?: FormBack;
  readonly deletion?: FormBack;
  readonly status?: Rendered["status"];
}

export async function accountPage(
  context: EdgeContext,
  ports: PagePorts,
  desk: AtTheDesk,
  { password = EMPTY_BACK, deletion = EMPTY_BACK, status = 200 }: AccountBack,
): Promise<Response> {
  const { hosting, who } = desk;
  const [email, polls, sessions, token] = await Promise.all([
    emailOf(hosting, who.accountId),
    pollsOf(context, ports, desk),
    sessionsOf(ports, desk),
    tokenFor(ports, context.req.raw, await voterOf(ports, context)),
  ]);
  const view = (
    <AccountPage
      email={email}
      token={token ?? ""}
      leastPassword={MIN_PASSWORD_LENGTH}
      polls={polls}
      sessions={sessions}
      password={password}
      deletion={deletion}
      done={doneOf(context)}
      fallbackMode={who.fallbackMode}
    />
  );
  const draw = () => ({ title: `${words.title} · ${everyPage.brand}`, view });
  return renderPage(context, ports.assets, { draw, sheet: "account", data: null, status });
}

/** Why there is no account to show, or why its form was not done, with the way back. */
export async function awayPage(context: EdgeContext, ports: PagePorts, refusal: Refusal): Promise<Response> {
  await voterOf(ports, context);
  const retry = refusal.code === "NOT_SUPPORTED" ? null : "/account";
  const draw = () => {
    const title = awayTitle(refusal);
    return {
      title: `${title} · ${everyPage.brand}`,
      view: <AccountAway title={title} words={wholeOf(refusal)()} retry={retry} />,
    };
  };
  const status = REFUSAL_STATUS[refusal.code];
  return renderPage(context, ports.assets, { draw, sheet: "account", data: null, status });
}

function awayTitle({ code }: Refusal): string {
  if (code === "UNAVAILABLE") return words.awayTitle;
  return code === "NOT_SUPPORTED" ? words.withoutTitle : words.formTitle;
}

/** What a form has just done, by the word in the address it led to. */
export type Done = keyof typeof words.done;

function doneOf(context: EdgeContext): Done | null {
  const done = context.req.query("done") ?? "";
  return Object.hasOwn(words.done, done) ? (done as Done) : null; // just seen to be one
}

async function pollsOf(
  context: EdgeContext,
  { polls, rooms, clock }: PagePorts,
  { hosting, who }: AtTheDesk,
): Promise<MyPollsProps | null> {
  const cursor = context.req.query("cursor");
  const ports = { polls, rooms, accounts: hosting.accounts };
  const page = await unlessAway(listOwnPolls(ports, who.accountId, POLLS_PER_PAGE, cursor));
  if (page === null || isRefusal(page)) return null;
  return { lines: page.items.map((item) => pollLine(item, clock())), nextCursor: page.nextCursor };
}

function pollLine({ own, poll }: ListedPoll, now: number): PollLine {
  return {
    code: own.pollId,
    question: own.question,
    isRoom: isRoomId(own.pollId),
    state: poll?.control.status ?? null,
    participantCount: poll?.tally.participantCount ?? 0,
    age: secondsSince(own.createdAt, now),
  };
}

async function sessionsOf(
  { clock }: PagePorts,
  { hosting, who }: AtTheDesk,
): Promise<readonly SessionLine[] | null> {
  const listed = await unlessAway(listSessions(hosting, who));
  return (
    listed?.map(({ sessionId, device, lastUsedAt, present }) => ({
      sessionId,
      device: readDeviceName(device),
      unused: secondsSince(lastUsedAt, clock()),
      current: present,
    })) ?? null
  );
}

function secondsSince(then: number, now: number): number {
  return Math.max(0, (now - then) / 1000);
}

/** `null`: a store does not answer; the rest of the page is worth showing. */
async function unlessAway<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (trouble) {
    if (trouble instanceof Outage) return null;
    throw trouble;
  }
}
