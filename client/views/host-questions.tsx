import type { TargetedSubmitEvent } from "preact";
import { MAX_TITLE_LENGTH } from "../../shared/limits.ts";
import type { RoomUpdate } from "../../shared/messages.ts";
import { maySteer } from "../host-state.ts";
import { everyPage, host as texts } from "../texts/spoken.ts";
import type { HostProps } from "./host-page.tsx";
import { Press } from "./host-press.tsx";
import { HostQuestionForm } from "./host-question-form.tsx";
import { HostSecondStep } from "./host-second-step.tsx";

type RoomProps = HostProps & { readonly room: RoomUpdate };
type Question = RoomUpdate["polls"][number];

/** A room's questions in order: gone to with a press, and arranged where that is asked for. */
export function HostQuestions(props: RoomProps) {
  const { state, room, actions } = props;
  const { panel, arranging, busy } = state;
  return (
    <section class="questions" aria-labelledby="questions-title">
      <div class="questions-head">
        <h2 id="questions-title" dir="auto">
          {(state.screen.poll && room.title) || texts.questions}
        </h2>
        <Press
          class="quiet"
          off={!maySteer(state)}
          expanded={arranging}
          onPress={() => actions?.arrange(!arranging)}
        >
          {arranging ? texts.arranged : texts.arrange}
        </Press>
      </div>
      {arranging && <Title {...props} />}
      <ol>
        {room.polls.map((question, index) => (
          <Row key={question.pollId} {...props} question={question} index={index} />
        ))}
      </ol>
      {panel?.kind === "writing" && panel.pollId === null ? (
        <HostQuestionForm panel={panel} busy={busy} actions={actions} />
      ) : (
        <Press
          id="add-question"
          class={room.polls.length === 0 ? "primary" : ""}
          busy={busy}
          off={!maySteer(state)}
          onPress={() => actions?.write(null)}
        >
          {texts.addQuestion}
        </Press>
      )}
    </section>
  );
}

function Title({ room, actions }: RoomProps) {
  const save = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    actions?.rename(String(new FormData(event.currentTarget).get("title") ?? "").trim());
  };
  return (
    <form class="room-title" autocomplete="off" onSubmit={save}>
      <label for="room-title">{texts.roomTitle}</label>
      <div class="in-a-row">
        <input id="room-title" name="title" defaultValue={room.title} maxLength={MAX_TITLE_LENGTH} />
        <button type="submit">{texts.save}</button>
      </div>
    </form>
  );
}

type RowProps = RoomProps & { readonly question: Question; readonly index: number };

function Row(props: RowProps) {
  const { state, room, question, actions } = props;
  const { panel, busy, arranging } = state;
  const { pollId } = question;
  const isCurrent = room.current === pollId;
  return (
    <li class={isCurrent ? "room-question current" : "room-question"}>
      <GoTo {...props} />
      {arranging && <Tools {...props} />}
      {panel?.kind === "removing" && panel.pollId === pollId && (
        <HostSecondStep
          hint={texts.removeHint}
          busy={busy}
          onKeep={() => actions?.open(null)}
          onDelete={() => actions?.drop(pollId)}
        />
      )}
      {panel?.kind === "writing" && panel.pollId === pollId && (
        <HostQuestionForm panel={panel} busy={busy} actions={actions} />
      )}
    </li>
  );
}

/** The question to go to with a press, and the results of one that was left. */
function GoTo({ state, room, question, index, actions }: RowProps) {
  const { pollId, asked } = question;
  const isCurrent = room.current === pollId;
  return (
    <div class="in-a-row">
      <button
        type="button"
        class="go"
        disabled={!maySteer(state)}
        aria-disabled={state.busy || undefined}
        aria-current={isCurrent ? "true" : undefined}
        onClick={() => actions?.go(pollId)}
      >
        <span class="place">{index + 1}</span>
        <span class="words" dir="auto">
          {question.question}
        </span>
        <span class="is">{stateOf(question, isCurrent)}</span>
      </button>
      {asked && !isCurrent && (
        <a class="button" href={`/${pollId}/results`} aria-label={texts.resultsOf(index + 1)}>
          {everyPage.results}
        </a>
      )}
    </div>
  );
}

function stateOf({ asked }: Question, isCurrent: boolean): string {
  if (isCurrent) return texts.live;
  return asked ? texts.asked : texts.prepared;
}

/** What a question is arranged with. A question that was asked has its words for good. */
function Tools({ state, room, question, index, actions }: RowProps) {
  const { pollId, asked } = question;
  const { busy, panel } = state;
  const place = index + 1;
  const isOpen = (kind: "writing" | "removing") => panel?.kind === kind && panel.pollId === pollId;
  const mover = (name: "up" | "down", by: -1 | 1, off: boolean) => (
    <Press
      id={`${name}-${pollId}`}
      label={texts[name](place)}
      busy={busy}
      off={off}
      twice
      onPress={() => actions?.move(pollId, by)}
    >
      {by < 0 ? "↑" : "↓"}
    </Press>
  );
  const press = { busy, label: texts.removeOf(place), expanded: isOpen("removing") };
  return (
    <div class="tools">
      {mover("up", -1, index === 0)}
      {mover("down", 1, index === room.polls.length - 1)}
      {!asked && (
        <Press
          label={texts.editOf(place)}
          busy={busy}
          expanded={isOpen("writing")}
          onPress={() => actions?.write(pollId)}
        >
          {texts.edit}
        </Press>
      )}
      <Press {...press} onPress={() => actions?.open({ kind: "removing", pollId })}>
        {texts.remove}
      </Press>
    </div>
  );
}
