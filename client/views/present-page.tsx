import type { PollState } from "../poll-state.ts";
import { sharesOnWall, type WallState } from "../present-state.ts";
import type { Command } from "../shortcuts.ts";
import { everyPage, present as texts } from "../texts/spoken.ts";
import { ConnectionLine } from "./connection-line.tsx";
import { PresentBars } from "./present-bars.tsx";
import { PresentControls } from "./present-controls.tsx";
import { PresentHead } from "./present-head.tsx";
import { PresentInvitation } from "./present-invitation.tsx";
import { textWidth } from "./present-width.ts";

export interface PresentActions {
  readonly act: (command: Command) => void;
  readonly hideKeys: () => void;
  readonly letSingleKeys: (on: boolean) => void;
}

interface PresentPageProps {
  readonly wall: WallState;
  /** `null` until the script has taken over: nothing can be done before. */
  readonly actions: PresentActions | null;
}

/** The wall: in a column how to join, on every state; beside it the question. */
export function PresentPage({ wall, actions }: PresentPageProps) {
  const { screen, notice } = wall;
  return (
    <div class={isInviting(wall) ? "wall inviting" : "wall"}>
      <PresentInvitation wall={wall} />
      <main class="stage">
        <Stage wall={wall} />
        <div class="wall-foot">
          <ConnectionLine connection={screen.connection} />
          <p class="word" role="status">
            {notice}
          </p>
        </div>
      </main>
      {actions && <PresentControls wall={wall} actions={actions} />}
    </div>
  );
}

/** Nothing to look at yet, or little to read: the code has the room. */
function isInviting({ screen: { poll, removed } }: WallState): boolean {
  if (removed || poll?.removed) return false;
  if (!poll) return true;
  const { status, question, options } = poll.poll;
  const isBrief = options.length <= 5 && options.every(({ label }) => textWidth(label) <= 30);
  return status === "draft" && isBrief && textWidth(question) <= 120;
}

function Stage({ wall }: { wall: WallState }) {
  const { room, poll, removed } = wall.screen;
  if (removed) return <Plain title={room?.title} words={everyPage.roomRemoved} />;
  if (!poll) return <Plain title={room?.title} words={room?.polls.length ? texts.between : texts.waiting} />;
  if (poll.removed) {
    return <Plain title={poll.poll.question} words={room ? texts.goneQuestion : everyPage.removed} />;
  }
  return <Question key={poll.poll.pollId} wall={wall} state={poll} />;
}

function Plain({ title, words }: { title: string | undefined; words: string }) {
  return (
    <div class="plain">
      <h1 dir="auto">{title || everyPage.brand}</h1>
      <p>{words}</p>
    </div>
  );
}

function Question({ wall, state }: { wall: WallState; state: PollState }) {
  const { poll } = state;
  const shares = sharesOnWall(state);
  return (
    <>
      <PresentHead state={state} room={wall.screen.room} />
      <h1 class={`asked ${askedSize(poll.question)}`} dir="auto">
        {poll.question}
      </h1>
      {!shares && <Unseen state={state} />}
      <PresentBars state={state} shares={shares} previous={wall.previous} />
    </>
  );
}

/** In place of the numbers: that votes come in, how many, and why no more than that is shown. */
function Unseen({ state: { poll, results } }: { state: PollState }) {
  if (poll.status === "draft") return <p class="unseen">{texts.opensSoon}</p>;
  const { participantCount } = results;
  return (
    <p class="unseen">
      <strong>
        <b>{everyPage.number(participantCount)}</b> {texts.votesComeIn(participantCount)}
      </strong>{" "}
      <span>{texts.hiddenBecause[poll.visibility]}</span>
    </p>
  );
}

/** Up to 300 characters stand above the bars; the longer, the smaller. */
function askedSize(question: string): string {
  const width = textWidth(question);
  if (width <= 60) return "short";
  if (width <= 120) return "medium";
  return width <= 220 ? "long" : width <= 330 ? "longer" : "longest";
}
