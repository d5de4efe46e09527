import type { SessionReport } from "../../shared/ops-report.ts";
import { everyPage } from "../texts/spoken.ts";
import { opsTexts } from "./ops-texts.ts";

/** What each place did that sessions are read from. */
export function OpsSessions({ report }: { report: SessionReport }) {
  const { stores, active, pending, fallbacks, emergencies } = report;
  return (
    <section aria-labelledby="sessions-title">
      <h2 id="sessions-title">{opsTexts.sessions}</h2>
      <dl class="store-figures">
        <div>
          <dt>{opsTexts.activeSessions}</dt>
          <dd>{everyPage.number(active)}</dd>
        </div>
        <div>
          <dt>{opsTexts.pendingSessions}</dt>
          <dd>{everyPage.number(pending)}</dd>
        </div>
        <div>
          <dt>{opsTexts.sessionModes}</dt>
          <dd>
            {everyPage.number(fallbacks)}, {everyPage.number(emergencies)}
          </dd>
        </div>
      </dl>
      <table class="shards">
        <thead>
          <tr>
            <th scope="col">{opsTexts.sessionStore}</th>
            {opsTexts.sessionCounts.map((head) => (
              <th scope="col" key={head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stores.map(({ name, hits, misses, restores, errors, writes, latencyP50Ms }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {[hits, misses, restores, errors, writes].map((count, column) => (
                <td key={opsTexts.sessionCounts[column]} data-column={opsTexts.sessionCounts[column]}>
                  {everyPage.number(count)}
                </td>
              ))}
              <td data-column={opsTexts.sessionCounts[5]}>
                {latencyP50Ms === null ? "–" : `${latencyP50Ms.toFixed(1)} ms`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
