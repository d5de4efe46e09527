import type { ComponentChildren } from "preact";
import type { PollView } from "../../shared/messages.ts";
import type { QuestionResults } from "../page-data.ts";
import { initialState } from "../poll-state.ts";
import { everyPage, results as texts } from "../texts/spoken.ts";
import { Bars } from "./results.tsx";
import { Moment } from "./results-moment.tsx";
import { ResultsTable } from "./results-table.tsx";
import { TimelineChart } from "./timeline-chart.tsx";

interface QuestionProps {
  readonly question: QuestionResults;
  /** Whether times are the reader's. */
  readonly local: boolean;
}

/** How a question stands: its state, when that was, and the three numbers. */
export function QuestionFacts({ question: { view, timeline }, local }: QuestionProps) {
  const { poll, results } = view;
  const end = poll.status === "closed" ? timeline?.to : poll.closesAt;
  return (
    <dl class="facts">
      {timeline && (
        <Fact name={texts.opened}>
          <Moment at={timeline.from} local={local} />
        </Fact>
      )}
      {typeof end === "number" && (
        <Fact name={poll.status === "closed" ? texts.closed : texts.closes}>
          <Moment at={end} local={local} />
        </Fact>
      )}
      <Fact name={texts.joined} isNumber>
        {everyPage.number(results.joinedCount)}
      </Fact>
      <Fact name={texts.here} isNumber>
        {everyPage.number(results.viewerCount)}
      </Fact>
      <Fact name={texts.voted} isNumber>
        {everyPage.number(results.participantCount)}
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly isNumber?: boolean;
  readonly children: ComponentChildren;
}

function Fact({ name, isNumber = false, children }: FactProps) {
  return (
    <div class={isNumber ? "fact number" : "fact"}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** In words: open, closed, and whether the numbers can still change. */
export function QuestionStatus({ view: { poll, results } }: { view: PollView }) {
  return (
    <p class="status-line">
      <span class={`status ${poll.status}`}>{everyPage.status[poll.status]}</span>
      <span>{safety(poll.status, results.final)}</span>
    </p>
  );
}

function safety(status: PollView["poll"]["status"], final: boolean): string {
  if (status === "draft") return texts.isDraft;
  if (final) return texts.isFinal;
  return status === "closed" ? texts.isCounting : texts.isSoFar;
}

/** The result as bars and as a table, and when the votes came in; or why it is not shown. */
export function QuestionNumbers({ question, local, level }: QuestionProps & { readonly level: "h2" | "h3" }) {
  const { view, previous, timeline } = question;
  const { poll, results } = view;
  const Heading = level;
  if (!results.results) return <p class="note">{everyPage.hiddenBecause[poll.visibility]}</p>;
  const voted = results.participantCount > 0;
  return (
    <>
      <div class="numbers">
        <Heading>{headingOf(view)}</Heading>
        <Bars state={initialState(view)} shares={results.results} />
      </div>
      <ResultsTable view={view} previous={previous} />
      {previous && (
        <p class="ways">
          <a href={`/${previous.poll.pollId}/results`}>{texts.previous}</a>
        </p>
      )}
      {timeline && voted && (
        <div class="numbers came-in">
          <Heading>{texts.timelineTitle}</Heading>
          <TimelineChart timeline={timeline} local={local} />
        </div>
      )}
    </>
  );
}

function headingOf({ poll, results }: PollView): string {
  if (results.final) return everyPage.finalResults;
  return poll.status === "closed" ? everyPage.counting : texts.soFar;
}
