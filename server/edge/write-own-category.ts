import { z } from "@hono/zod-openapi";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import { CATEGORIES, CATEGORY_RULES, type Category, MAX_SESSION_BYTES } from "../app/session.ts";
import { newSessionToken, sessionIdOf } from "../app/session-token.ts";
import { giveSession } from "./browser-session.ts";
import { judgeCsrf } from "./csrf-guard.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";
import { type Hosting, noAccountsRefusal } from "./hosting.ts";
import { clientOf } from "./request-parts.ts";

export const writtenAnswer = z.object({
  version: z.int(),
  durability: z
    .enum(["durable", "pending"])
    .meta({ description: "`pending`: a store is away, and it is brought there later." }),
});
type Written = z.infer<typeof writtenAnswer>;

interface Writing {
  readonly data: unknown;
  /** The version it is written over; 0: there must be none; absent: whatever is there. */
  readonly version?: number | undefined;
}

/** Keeps what a browser wants kept, in its session or in a new one. Rejects with an `Outage`. */
export async function writeOwnCategory(
  ports: EdgePorts,
  context: EdgeContext,
  name: string,
  { data, version }: Writing,
  token: string | undefined,
): Promise<Written | Refusal> {
  const { hosting } = ports;
  if (!hosting) return noAccountsRefusal();
  const category = CATEGORIES.find((known) => known === name);
  if (!category || !CATEGORY_RULES[category].browserMayWrite) return notWritableRefusal();
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_SESSION_BYTES) {
    return refuse("TOO_LARGE", `One category has at most ${MAX_SESSION_BYTES} bytes of JSON.`);
  }
  const refusal = await judgeCsrf(ports, context.req.raw, token);
  if (refusal) return refusal;
  const sessionId = await hosting.cookie.recognise(context.req.raw);
  if (sessionId === null) return writeToNew(ports, hosting, context, category, data);
  const written = await hosting.sessions.write(sessionId, category, data, version);
  switch (written.kind) {
    case "written":
      return { version: written.version, durability: written.durability };
    case "conflict":
      return conflictRefusal(written.version);
    case "revoked":
      return writeToNew(ports, hosting, context, category, data);
  }
}

/** A guest's session: it holds what the browser wrote and nothing else. */
async function writeToNew(
  ports: EdgePorts,
  hosting: Hosting,
  context: EdgeContext,
  category: Category,
  data: unknown,
): Promise<Written | Refusal> {
  const crowded = await ports.limits.sessionCreation(clientOf(ports, context));
  if (crowded) return crowded;
  const token = newSessionToken();
  const durability = await hosting.sessions.create(sessionIdOf(token), { [category]: data });
  await giveSession(hosting, context, { token });
  return { version: 1, durability };
}

function notWritableRefusal(): Refusal {
  const writable = CATEGORIES.filter((category) => CATEGORY_RULES[category].browserMayWrite);
  return refuse("NOT_ALLOWED", `A browser may write ${writable.join(", ")} and nothing else.`);
}

function conflictRefusal(version: number): Refusal {
  const message = `Version ${version} stands; read it and write over that.`;
  return refuse("CONFLICT", message, { version });
}
