import { z } from "@hono/zod-openapi";
import type { SessionId } from "../../shared/ids.ts";
import { Outage } from "../app/outage.ts";
import type { Category } from "../app/session.ts";
import type { SignedIn } from "../app/session-ports.ts";
import { whoIsThere } from "../app/who-is-there.ts";
import { tokenFor } from "./csrf-guard.ts";
import type { EdgePorts } from "./edge-ports.ts";
import type { Hosting } from "./hosting.ts";

const kept = z
  .object({ data: z.unknown(), version: z.int() })
  .nullable()
  .meta({ description: "`null`: nothing is kept, or it cannot be read at the present level." });

export const sessionAnswer = z
  .object({
    signedIn: z
      .object({
        email: z.string().nullable().meta({ description: "`null`: the database does not answer." }),
        device: z.string(),
        signedInAt: z.int(),
      })
      .nullable(),
    csrfToken: z.string().nullable(),
    preferences: kept,
    activity: kept,
    scratch: kept,
    fallbackMode: z.boolean().meta({ description: "Signed in from the database, because Redis is away." }),
    emergencyMode: z
      .boolean()
      .meta({ description: "No store knows who is there; the visitor is taken for a guest." }),
  })
  .openapi("Session");

/** How old (ms) the account may be for showing its e-mail, which never changes. */
const EMAIL_AGE_MS = 60_000;

/** What the browser that asks has, and is. Answers in any weather. */
export async function sessionView(ports: EdgePorts, request: Request) {
  const { hosting, identity } = ports;
  const sessionId = hosting ? await hosting.cookie.recognise(request) : null;
  const csrfToken = await tokenFor(ports, request, await identity.recognise(request));
  if (!hosting || sessionId === null) return { ...NOTHING, csrfToken };
  const [who, preferences, activity, scratch] = await Promise.all([
    whoIsThere(hosting, sessionId),
    keptIn(hosting, sessionId, "preferences"),
    keptIn(hosting, sessionId, "activity"),
    keptIn(hosting, sessionId, "scratch"),
  ]);
  return {
    csrfToken,
    preferences,
    activity,
    scratch,
    signedIn: typeof who === "object" ? await introduce(hosting, who) : null,
    fallbackMode: typeof who === "object" && who.fallbackMode,
    emergencyMode: who === "emergency",
  };
}

const NOTHING = {
  signedIn: null,
  preferences: null,
  activity: null,
  scratch: null,
  fallbackMode: false,
  emergencyMode: false,
};

async function keptIn({ sessions }: Hosting, sessionId: SessionId, category: Category) {
  const answer = await sessions.read(sessionId, category);
  if (answer.kind !== "found") return null;
  const { data, version } = answer.entry;
  return { data, version };
}

async function introduce(hosting: Hosting, { accountId, device, signedInAt }: SignedIn) {
  return { email: await emailOf(hosting, accountId), device, signedInAt };
}

/** `null`: the database does not answer. */
export async function emailOf(
  { accounts }: Hosting,
  accountId: SignedIn["accountId"],
): Promise<string | null> {
  try {
    return (await accounts.byId(accountId, EMAIL_AGE_MS))?.email ?? null;
  } catch (trouble) {
    if (trouble instanceof Outage) return null;
    throw trouble;
  }
}
