import type { z } from "zod";
import { refuseInvalid } from "../../shared/decode-client-message.ts";
import { type Refusal, refuse } from "../../shared/refusals.ts";
import type { EdgeContext } from "./edge-ports.ts";

export interface SentForm<Fields> {
  /** The CSRF token it was made with. */
  readonly csrf: string | undefined;
  readonly fields: Fields;
}

/** Reads a form that a page of ours sent; what its fields must be says `schema`. */
export async function readForm<Fields>(
  context: EdgeContext,
  schema: z.ZodType<Fields>,
): Promise<SentForm<Fields> | Refusal> {
  const type = context.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    return refuse("BAD_MESSAGE", "Send the form of the page, or use the calls of /openapi.json.");
  }
  const sent = new URLSearchParams(await context.req.text());
  // What is ticked more than once comes under one name.
  const several = Array.from(new Set(sent.keys()), (name) => [name, sent.getAll(name)] as const);
  const fields = several.map(([name, values]) => [name, values.length > 1 ? values : values[0]]);
  const { success, data, error } = schema.safeParse(Object.fromEntries(fields));
  return success ? { csrf: sent.get("csrf") ?? undefined, fields: data } : refuseInvalid(error);
}
