/** The answers that several routes give, under the names they have in the OpenAPI document. */
import { z } from "@hono/zod-openapi";
import { pollUpdateData, pollView, resultsUpdateData } from "../../shared/messages.ts";

// Made anew from their fields: only schemas made after zod-openapi was loaded can be given a name.
export const pollAnswer = z.object(pollUpdateData.shape).openapi("Poll");
const resultsAnswer = z.object(resultsUpdateData.shape).openapi("Results");
export const pollViewAnswer = z
  .object({ ...pollView.shape, poll: pollAnswer, results: resultsAnswer })
  .openapi("PollView");
