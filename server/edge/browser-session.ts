/** The session as the browser has it: where it comes from, and how it is given and taken. */
import type { BegunSession, Browser } from "../app/begin-session.ts";
import { deviceName } from "./device-name.ts";
import type { EdgeContext } from "./edge-ports.ts";
import type { Hosting } from "./hosting.ts";

/** The browser that signs in, with the session it came with. */
export async function browserOf({ cookie }: Hosting, { req }: EdgeContext): Promise<Browser> {
  return {
    device: deviceName(req.header("user-agent") ?? null),
    previous: await cookie.recognise(req.raw),
  };
}

/** Beside other cookies of this answer: the voter's stays what it is. */
export async function giveSession(
  { cookie }: Hosting,
  context: EdgeContext,
  { token }: Pick<BegunSession, "token">,
): Promise<void> {
  context.header("Set-Cookie", await cookie.give(context.req.raw, token), { append: true });
}

export function takeSessionAway({ cookie }: Hosting, context: EdgeContext): void {
  context.header("Set-Cookie", cookie.takeAway(context.req.raw), { append: true });
}
