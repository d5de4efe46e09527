/** The state of the node for a person in front of a browser. */
import { renderToString } from "preact-render-to-string";
import { everyPage } from "../../client/texts/spoken.ts";
import { opsTexts } from "../../client/views/ops-texts.ts";
import { OpsView } from "../../client/views/ops-view.tsx";
import type { Clock } from "../app/ports.ts";
import type { Assets } from "./assets.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import type { EdgeApp, EdgePorts } from "./edge-ports.ts";
import { addressIn } from "./language.ts";
import { ASK_FOR_TOKEN, judgeOps } from "./ops-access.ts";
import { storeOf } from "./ops-routes.ts";
import { Page } from "./page.tsx";

/** How old what is shown may get (s). */
const REFRESH_SECONDS = 2;

export interface OpsPagePorts extends Pick<EdgePorts, "settings" | "telemetry" | "ops" | "isDraining"> {
  readonly clock: Clock;
  readonly assets: Assets;
}

/** Registers `/ops`; before the pages of polls, whose codes it looks like. */
export function registerOpsPage(app: EdgeApp, ports: OpsPagePorts): void {
  const { settings, telemetry } = ports;
  app.get("/ops", (context) => {
    const refusal = judgeOps(context, settings.opsToken);
    if (refusal) {
      context.set("refusal", refusal.code);
      // Where no token is set none would help: then there is nothing to ask for.
      if (settings.opsToken === null) return context.text(refusal.message, 403);
      return context.text(refusal.message, 401, { "WWW-Authenticate": ASK_FOR_TOKEN });
    }
    context.header("Content-Security-Policy", contentSecurityPolicy(context.req.raw.headers.get("host")));
    const report = ports.ops();
    const still = context.req.query("still") !== undefined;
    const document = (
      <Page
        title={`${opsTexts.title} · ${everyPage.brand}`}
        language="en"
        assets={ports.assets}
        sheet="ops"
        addressIn={addressIn(context)}
        data={null}
        {...(!still && { refreshSeconds: REFRESH_SECONDS })}
      >
        <OpsView
          node={settings.nodeName}
          environment={settings.environment}
          store={storeOf(settings, report)}
          draining={ports.isDraining()}
          {...telemetry.figures()}
          report={report}
          still={still}
          now={ports.clock()}
        />
      </Page>
    );
    return context.html(`<!doctype html>${renderToString(document)}`);
  });
}
