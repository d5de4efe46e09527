import type { PollView } from "../../shared/messages.ts";
import { type Change as Changed, changeSince } from "../change-since.ts";
import { everyPage, results as texts } from "../texts/spoken.ts";

interface ResultsTableProps {
  readonly view: PollView;
  /** What it is compared with, if it may be seen. */
  readonly previous: PollView | null;
}

/** The same numbers as the bars, for whoever reads tables or copies them. */
export function ResultsTable({ view: { poll, results }, previous }: ResultsTableProps) {
  const changes = changeSince(previous, { poll, results });
  const before = changes && previous;
  return (
    <table class="results-table">
      <caption>{texts.tableCaption}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.option}</th>
          <th scope="col">{texts.votesColumn}</th>
          <th scope="col">{texts.percentColumn}</th>
          {before && (
            <th scope="col" class="was">
              {texts.lastTime}
            </th>
          )}
          {before && <th scope="col">{texts.change}</th>}
        </tr>
      </thead>
      <tbody>
        {results.results?.map(({ optionId, votes, percentage }) => {
          return (
            <tr key={optionId}>
              <th scope="row">
                <bdi>{labelOf(poll, optionId)}</bdi>
              </th>
              <td>{everyPage.number(votes)}</td>
              <td>{everyPage.percent(percentage)}</td>
              {changes && <Change change={changes.find((one) => one.optionId === optionId)} />}
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        {results.average !== undefined && (
          <tr>
            <th scope="row">{texts.averageRow}</th>
            <td />
            <td>{everyPage.number(results.average)}</td>
            {before && <AverageChange now={results.average} before={before.results.average} />}
          </tr>
        )}
        <tr>
          <th scope="row">{texts.votersRow}</th>
          <td>{everyPage.number(results.participantCount)}</td>
          <td />
          {before && <td class="was">{everyPage.number(before.results.participantCount)}</td>}
          {before && <td />}
        </tr>
      </tfoot>
    </table>
  );
}

function Change({ change }: { change: Changed | undefined }) {
  const { before = null, points = null } = change ?? {};
  return (
    <>
      <td class="was">{before === null ? "" : everyPage.percent(before)}</td>
      <td>{points === null ? texts.notLastTime : texts.signed(points)}</td>
    </>
  );
}

/** `before`: `undefined` where nobody voted. */
function AverageChange({ now, before }: { now: number; before: number | undefined }) {
  return (
    <>
      <td class="was">{before === undefined ? "" : everyPage.number(before)}</td>
      <td>{before === undefined ? "" : texts.signed(Math.round((now - before) * 100) / 100)}</td>
    </>
  );
}

function labelOf({ options }: PollView["poll"], optionId: string): string {
  return options.find((option) => option.optionId === optionId)?.label ?? "";
}
