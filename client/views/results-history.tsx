import type { HistoryEntry } from "../page-data.ts";
import { results as texts } from "../texts/spoken.ts";
import { Moment } from "./results-moment.tsx";

/** What was done to a poll, oldest first. */
export function History({ entries, local }: { entries: readonly HistoryEntry[]; local: boolean }) {
  return (
    <section class="numbers history" aria-labelledby="history-title">
      <h2 id="history-title">{texts.historyTitle}</h2>
      <ol>
        {entries.map(({ at, action, by }) => (
          <li key={`${at} ${action}`}>
            <b>{texts.history[action]}</b> {by === "host" ? texts.byHost : texts.byClock}
            <br />
            <Moment at={at} local={local} />
          </li>
        ))}
      </ol>
    </section>
  );
}
