/** The answers that several routes give, under the names they have in the OpenAPI document. */
import { z } from "@hono/zod-openapi";
import {
  pollUpdateData,
  pollView,
  resultsUpdateData,
  roomUpdateData,
  roomView,
} from "../../shared/messages.ts";
import { TIMELINE_STEPS } from "../app/timeline.ts";

// Made anew from their fields: only schemas made after zod-openapi was loaded can be given a name.
export const pollAnswer = z.object(pollUpdateData.shape).openapi("Poll");
const resultsAnswer = z.object(resultsUpdateData.shape).openapi("Results");
export const timelineAnswer = z
  .object({
    from: z.int().meta({ description: "When the poll was opened (epoch ms)." }),
    to: z.int().meta({ description: "Its end; now, while it is open (epoch ms)." }),
    ballots: z.array(z.int().nonnegative()).length(TIMELINE_STEPS).nullable().meta({
      description:
        "How many of the ballots that stand were cast in each of the equal steps between them; null where that is not known.",
    }),
  })
  .openapi("Timeline");
export const pollViewAnswer = z
  .object({ ...pollView.shape, poll: pollAnswer, results: resultsAnswer })
  .openapi("PollView");
export const roomAnswer = z.object(roomUpdateData.shape).openapi("Room");
export const roomViewAnswer = z
  .object({ ...roomView.shape, room: roomAnswer, view: pollViewAnswer.nullable() })
  .openapi("RoomView");
