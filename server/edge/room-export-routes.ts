/** What a host takes away of a room. */
import { createRoute, z } from "@hono/zod-openapi";
import { judgeHost } from "../app/host-claim.ts";
import { readAsked } from "../app/read-asked.ts";
import { roomNotFoundRefusal } from "../app/room.ts";
import { pollView } from "../app/snapshot.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { exportCsv } from "./export-csv.ts";
import { attachment } from "./export-routes.ts";
import { answerRefusal, PROBLEM_RESPONSE } from "./problem.ts";
import { askerOf, hostHeaders, ownersOf, roomParams } from "./request-parts.ts";

const csv = createRoute({
  method: "get",
  path: "/api/rooms/{roomId}/export.csv",
  summary: "The results of all questions that a room has asked, as CSV for spreadsheets. For the host.",
  request: { params: roomParams, headers: hostHeaders },
  responses: {
    200: {
      description: "As the CSV of one poll, one question after another.",
      content: { "text/csv": { schema: z.string() } },
    },
    ...PROBLEM_RESPONSE,
  },
});

export function roomExportRoutes(app: EdgeApp, ports: EdgePorts): void {
  app.openapi(csv, async (context) => {
    const { roomId } = context.req.valid("param");
    const reading = { ...ports, ...ownersOf(ports) };
    const asker = await askerOf(ports, context);
    const room = await ports.rooms.read(roomId);
    if (!room || room.removing) return answerRefusal(context, roomNotFoundRefusal(roomId));
    const notHost = await judgeHost(reading, room, asker);
    if (notHost) return answerRefusal(context, notHost);
    const asked = await readAsked(reading, room, asker);
    const views = asked.map(({ poll }) => pollView(poll, { host: true, yourVote: null }, ports.clock()));
    return context.body(exportCsv(views), 200, {
      "Content-Type": "text/csv; charset=utf-8",
      ...attachment(roomId, "csv"),
    });
  });
}
