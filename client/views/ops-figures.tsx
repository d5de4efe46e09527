import type { OpsReport } from "../../shared/ops-report.ts";
import { everyPage } from "../texts/spoken.ts";
import { OpsSessions } from "./ops-sessions.tsx";
import { latency, storeState } from "./ops-shards.tsx";
import { age, opsTexts } from "./ops-texts.ts";

type Figures = readonly (readonly [name: string, value: string])[];

export interface OpsFiguresProps {
  readonly embedded: boolean;
  readonly sockets: number;
  readonly livePolls: number;
  readonly report: OpsReport;
  readonly now: number;
}

export function OpsFigures({ embedded, sockets, livePolls, report, now }: OpsFiguresProps) {
  const node: Figures = [
    [opsTexts.sockets, everyPage.number(sockets)],
    [opsTexts.livePolls, everyPage.number(livePolls)],
    ...(report.openPolls === null ? [] : [[opsTexts.openPolls, everyPage.number(report.openPolls)] as const]),
  ];
  const ledger = ledgerFigures(report, now);
  return (
    <>
      {!embedded && (
        <section aria-labelledby="ledger-title">
          <h2 id="ledger-title">{opsTexts.ledger}</h2>
          {ledger.length > 0 ? <List figures={ledger} /> : <p>{opsTexts.noLedger}</p>}
        </section>
      )}
      {report.ledger && (
        <section aria-labelledby="waiting-title">
          <h2 id="waiting-title">{opsTexts.waiting}</h2>
          <List figures={waitingFigures(report, now)} />
        </section>
      )}
      {report.sessions && <OpsSessions report={report.sessions} />}
      <section aria-labelledby="node-title">
        <h2 id="node-title">{opsTexts.node}</h2>
        <List figures={node} />
      </section>
    </>
  );
}

function List({ figures }: { figures: Figures }) {
  return (
    <dl class="store-figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ledgerFigures({ ledger }: OpsReport, now: number): Figures {
  if (!ledger) return [];
  return [
    [opsTexts.state, storeState(ledger, now)],
    [opsTexts.answersIn, latency(ledger)],
  ];
}

function waitingFigures(report: OpsReport, now: number): Figures {
  const { outbox, keptInMemory: kept, ledgerLagMs, marks, rebuilds, lastRebuild, failovers } = report;
  const figures: [string, string][] = [];
  if (outbox) {
    const waits = opsTexts.outboxWords(everyPage.number(outbox.entries), age(outbox.oldestMs));
    figures.push([opsTexts.outbox, outbox.entries > 0 ? waits : opsTexts.nothing]);
  }
  if (kept) {
    const waits = opsTexts.keptWords(
      everyPage.number(kept.ballots),
      everyPage.number(kept.polls),
      age(kept.oldestMs),
    );
    figures.push([opsTexts.kept, kept.ballots > 0 ? waits : opsTexts.nothing]);
  }
  if (ledgerLagMs !== null) figures.push([opsTexts.lag, age(ledgerLagMs)]);
  if (marks !== null) figures.push([opsTexts.marks, everyPage.number(marks)]);
  if (lastRebuild) {
    const { ballots, ms, at } = lastRebuild;
    const words = opsTexts.rebuildWords(
      everyPage.number(rebuilds),
      everyPage.number(ballots),
      age(ms),
      age(now - at),
    );
    figures.push([opsTexts.rebuilds, words]);
  }
  if (report.lastFailoverAt !== null) {
    const ago = age(now - report.lastFailoverAt);
    figures.push([opsTexts.failovers, opsTexts.failoverWords(everyPage.number(failovers), ago)]);
  }
  return figures;
}
