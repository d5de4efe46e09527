/** The parts of a request that say which poll is meant and who asks, as the routes declare and read them. */
import { z } from "@hono/zod-openapi";
import { pollIdInput } from "../../shared/messages.ts";
import type { Asker } from "../app/read-poll.ts";
import { clientAddress } from "./client-address.ts";
import type { EdgeContext, EdgePorts } from "./edge-ports.ts";

export const pollParams = z.object({
  pollId: pollIdInput.meta({ description: "Join code, in any case, with or without dash." }),
});

export const hostHeaders = z.object({
  "x-host-key": z
    .string()
    .max(128)
    .optional()
    .meta({ description: "The key told to whoever made the poll." }),
});

/** Who asks: the voter of the cookie, the holder of the host key, both or neither. */
export async function askerOf({ identity }: EdgePorts, context: EdgeContext): Promise<Asker> {
  return {
    voter: await identity.recognise(context.req.raw),
    hostKey: context.req.header("x-host-key"),
  };
}

/** The client's address, for counting. */
export function clientOf({ settings }: EdgePorts, context: EdgeContext): string {
  return clientAddress(context.req.raw, context.env.peer, settings.trustProxy);
}
