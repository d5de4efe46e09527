import { type FirstStore, LEVEL_NAMES, type Level, type OpsReport } from "../../shared/ops-report.ts";
import { Brand } from "./brand.tsx";
import { OpsFigures } from "./ops-figures.tsx";
import { OpsShards } from "./ops-shards.tsx";
import { LEVEL_WORDS, opsTexts } from "./ops-texts.ts";

export interface OpsViewProps {
  readonly node: string;
  readonly environment: string;
  readonly store: FirstStore;
  readonly draining: boolean;
  readonly sockets: number;
  readonly livePolls: number;
  readonly report: OpsReport;
  /** It does not come anew by itself, for whoever wants to read or copy. */
  readonly still: boolean;
  /** Epoch ms. */
  readonly now: number;
}

/** How this node's stores are, for whoever runs it. Has no script: the page comes anew every few seconds. */
export function OpsView(props: OpsViewProps) {
  const { node, environment, store, report, still, now } = props;
  const embedded = store === "embedded";
  return (
    <div class="page ops">
      <header class="top">
        <Brand />
        <p class="code">
          {node} · {environment}
        </p>
      </header>
      <main>
        <LevelPanel level={report.level} embedded={embedded} />
        <Notes {...props} />
        {store === "redis" && <OpsShards shards={report.shards} now={now} />}
        <OpsFigures {...props} embedded={embedded} />
        {!embedded && <Legend level={report.level} />}
        <p>
          <a class="still" href={still ? "/ops" : "/ops?still"}>
            {still ? opsTexts.follow : opsTexts.holdStill}
          </a>
        </p>
      </main>
    </div>
  );
}

function LevelPanel({ level, embedded }: { level: Level; embedded: boolean }) {
  const words = LEVEL_WORDS[level];
  return (
    <section class={`level level-${level}`} aria-labelledby="level-name">
      <p class="level-number">{opsTexts.level(level)}</p>
      <h1 id="level-name">{embedded ? opsTexts.embeddedName : words.name}</h1>
      <p>{embedded ? opsTexts.embedded : words.means}</p>
      {!embedded && (
        <p>
          <strong>{opsTexts.todo}</strong> {words.todo}
        </p>
      )}
    </section>
  );
}

function Notes({ draining, report }: Pick<OpsViewProps, "draining" | "report">) {
  const { shards, ledger } = report;
  const stores = ledger ? [...shards, ledger] : shards;
  const notes = [
    ...stores.filter(({ needsHands }) => needsHands).map(({ name }) => opsTexts.needsHands(name)),
    ...(ledger?.breaker === "open" && report.level < 4 ? [opsTexts.ledgerAway] : []),
    ...(draining ? [opsTexts.draining] : []),
  ];
  return notes.map((note) => (
    <p class="note" key={note}>
      {note}
    </p>
  ));
}

function Legend({ level }: { level: Level }) {
  return (
    <section aria-labelledby="legend-title">
      <h2 id="legend-title">{opsTexts.legend}</h2>
      <ol class="legend" start={0}>
        {LEVEL_NAMES.map((_, each) => {
          const words = LEVEL_WORDS[each as Level]; // as many names as levels
          return (
            <li key={words.name} aria-current={each === level ? "true" : undefined}>
              <strong>{words.name}.</strong> {words.means} {opsTexts.todo} {words.todo}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
