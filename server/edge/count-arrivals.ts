/** Pages give out voters, so their visitors are counted as arrivals. */
import { createMiddleware } from "hono/factory";
import type { PagePorts } from "./account-pages.tsx";
import type { EdgeApp, EdgeEnv } from "./edge-ports.ts";
import { crowdedPage } from "./lost-pages.tsx";
import { clientOf } from "./request-parts.ts";

/** The addresses that lead to a voter's cookie; `/:code/vote` counts its own. */
const COUNTED = ["/", "/:code", "/:code/:page{host|present|results}"];

/** Registers the count; before the pages. */
export function countArrivals(app: EdgeApp, ports: PagePorts): void {
  const count = createMiddleware<EdgeEnv>(async (context, next) => {
    const crowded = await ports.limits.arrival(clientOf(ports, context));
    return crowded ? crowdedPage(context, ports, crowded) : next();
  });
  for (const path of COUNTED) app.use(path, count);
}
