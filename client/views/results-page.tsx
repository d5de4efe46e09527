import type { ComponentChildren } from "preact";
import { formatJoinCode, type JoinCode } from "../../shared/ids.ts";
import type { RoomUpdate } from "../../shared/messages.ts";
import type { QuestionResults, ResultsData } from "../page-data.ts";
import { everyPage, results as texts } from "../texts/spoken.ts";
import { Brand } from "./brand.tsx";
import { QuestionFiles, RoomFiles } from "./results-files.tsx";
import { History } from "./results-history.tsx";
import { QuestionFacts, QuestionNumbers, QuestionStatus } from "./results-question.tsx";

export interface ResultsActions {
  readonly print: () => void;
  /** Fetches a file and gives it to whoever asked, under this name. */
  readonly save: (path: string, name: string) => void;
  /** The same of a picture, drawn as PNG. */
  readonly savePng: (path: string, name: string) => void;
}

interface ResultsPageProps {
  readonly data: ResultsData;
  /** What went wrong last, in words. */
  readonly notice: string | null;
  /** `null` on the server, where nothing can be done yet and the reader's zone is not known. */
  readonly actions: ResultsActions | null;
}

/** Complete without its script: that adds the reader's zone, the host's view by key, and what only a browser can make. */
export function ResultsPage({ data: { room, questions }, notice, actions }: ResultsPageProps) {
  const [alone] = room ? [] : questions;
  const code = (room?.roomId ?? alone?.view.poll.pollId ?? "") as JoinCode; // as the server gave it
  return (
    <div class={room ? "page after of-room" : "page after"}>
      <header class="top">
        <Brand />
        <p class="code">{formatJoinCode(code)}</p>
      </header>
      {room && <Lesson room={room} questions={questions} notice={notice} actions={actions} />}
      {alone && <Alone question={alone} notice={notice} actions={actions} />}
    </div>
  );
}

interface AloneProps extends Omit<ResultsPageProps, "data"> {
  readonly question: QuestionResults;
}

function Alone({ question, notice, actions }: AloneProps) {
  const { view, history } = question;
  const { pollId, roomId, host } = view.poll;
  const local = actions !== null;
  return (
    <main class="asked alone">
      <div class="asked-head">
        <QuestionStatus view={view} />
        <h1 dir="auto">{view.poll.question}</h1>
        <QuestionFacts question={question} local={local} />
      </div>
      <div class="asked-main">
        <QuestionNumbers question={question} local={local} level="h2" />
        <FinePrint />
      </div>
      <div class="asked-side">
        <TakeAway notice={notice} actions={actions}>
          <QuestionFiles view={view} actions={actions} />
        </TakeAway>
        <nav class="ways" aria-label={texts.waysTitle}>
          {!view.results.final && <a href={`/${pollId}/results`}>{texts.readAgain}</a>}
          {roomId && <a href={`/${roomId}/results`}>{texts.toRoom}</a>}
          <a href={`/${roomId ?? pollId}`}>{texts.toPoll}</a>
          {host && <a href={`/${roomId ?? pollId}/host`}>{texts.toHost}</a>}
        </nav>
        {history && <History entries={history} local={local} />}
      </div>
    </main>
  );
}

interface LessonProps extends Omit<ResultsPageProps, "data"> {
  readonly room: RoomUpdate;
  readonly questions: readonly QuestionResults[];
}

/** All that a room has asked, one after another: on paper, one document. */
function Lesson({ room, questions, notice, actions }: LessonProps) {
  const host = questions.some(({ view }) => view.poll.host);
  return (
    <main class="lesson">
      <div class="lesson-head">
        <h1 dir="auto">{room.title || texts.title}</h1>
        {questions.length === 0 && <p class="note">{texts.nothingAsked}</p>}
        {questions.length > 1 && <Contents questions={questions} />}
        <TakeAway notice={notice} actions={actions}>
          {host && <RoomFiles roomId={room.roomId} actions={actions} />}
        </TakeAway>
        <nav class="ways" aria-label={texts.waysTitle}>
          <a href={`/${room.roomId}/results`}>{texts.readAgain}</a>
          <a href={`/${room.roomId}`}>{texts.backToRoom}</a>
          {host && <a href={`/${room.roomId}/host`}>{texts.toHost}</a>}
        </nav>
      </div>
      {questions.map((question, index) => (
        <LessonQuestion
          key={question.view.poll.pollId}
          question={question}
          position={index + 1}
          total={questions.length}
          actions={actions}
        />
      ))}
      <FinePrint />
    </main>
  );
}

function Contents({ questions }: Pick<LessonProps, "questions">) {
  return (
    <nav class="contents" aria-label={texts.questions}>
      <ol>
        {questions.map(({ view: { poll } }) => (
          <li key={poll.pollId}>
            <a href={`#${poll.pollId}`} dir="auto">
              {poll.question}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface LessonQuestionProps extends Pick<AloneProps, "question" | "actions"> {
  readonly position: number;
  readonly total: number;
}

function LessonQuestion({ question, position, total, actions }: LessonQuestionProps) {
  const { poll } = question.view;
  const local = actions !== null;
  return (
    <article class="asked" id={poll.pollId} aria-labelledby={`question-${poll.pollId}`}>
      <div class="asked-head">
        <p class="fine">{everyPage.questionOf(position, total)}</p>
        <h2 id={`question-${poll.pollId}`} dir="auto">
          {poll.question}
        </h2>
        <QuestionStatus view={question.view} />
        <QuestionFacts question={question} local={local} />
      </div>
      <div class="asked-main">
        <QuestionNumbers question={question} local={local} level="h3" />
        <p class="ways">
          <a href={`/${poll.pollId}/results`} aria-label={`${texts.details}: ${poll.question}`}>
            {texts.details}
          </a>
        </p>
      </div>
    </article>
  );
}

interface TakeAwayProps extends Omit<ResultsPageProps, "data"> {
  readonly children: ComponentChildren;
}

function TakeAway({ notice, actions, children }: TakeAwayProps) {
  return (
    <section class="take-away" aria-label={texts.takeAway}>
      {children}
      {actions && (
        <button type="button" onClick={() => actions.print()}>
          {texts.print}
        </button>
      )}
      <p class="notice" role="alert">
        {notice}
      </p>
    </section>
  );
}

/** How far these numbers can be trusted. */
function FinePrint() {
  return (
    <p class="fine fine-print">
      {texts.oncePerBrowser} {texts.nobodyNamed}
    </p>
  );
}
