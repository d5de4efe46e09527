import { type HostState, isGone, type Panel, standingOf } from "../host-state.ts";
import type { HostData } from "../page-data.ts";
import type { PollStep } from "../poll-steps.ts";
import { codeAt } from "../screen-state.ts";
import { host as texts } from "../texts/spoken.ts";
import { Brand } from "./brand.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import type { CreateActions } from "./create-actions.ts";
import { HostGuest } from "./host-guest.tsx";
import { HostInvitation } from "./host-invitation.tsx";
import { HostLive } from "./host-live.tsx";
import { HostMore } from "./host-more.tsx";
import { HostQuestions } from "./host-questions.tsx";
import { LiveRegion } from "./live-region.tsx";

/** What is done with a room's list of questions. */
export interface RoomActions {
  /** Everybody moves to this question. */
  readonly go: (pollId: string) => void;
  readonly rename: (title: string) => void;
  readonly drop: (pollId: string) => void;
  readonly move: (pollId: string, by: -1 | 1) => void;
  /** Opens the form: for a draft, or with `null` for a new question. */
  readonly write: (pollId: string | null) => void;
  /** The form's own; `create` keeps what is written. */
  readonly form: CreateActions;
}

/** What a host does; what comes of it is in the state. */
export interface HostActions extends RoomActions {
  readonly steer: (step: PollStep) => void;
  readonly again: () => void;
  /** Deletes the poll, or the room with all that is in it. */
  readonly remove: () => void;
  readonly claim: () => void;
  readonly open: (panel: Panel | null) => void;
  readonly arrange: (on: boolean) => void;
  readonly showLink: () => void;
  readonly copyLink: (field: HTMLInputElement) => void;
}

export interface HostProps {
  readonly data: HostData;
  readonly state: HostState;
  /** `null` on the server, where nothing can be done yet. */
  readonly actions: HostActions | null;
}

export function HostPage(props: HostProps) {
  const { screen } = props.state;
  return (
    <div class={screen.room ? "page hosting in-room" : "page hosting"}>
      <header class="top">
        <Brand />
        <p class="role">{standingOf(props.state) === "host" ? texts.title : null}</p>
      </header>
      <main>
        <Inside {...props} />
      </main>
      <LiveRegion screen={screen} />
      <ConnectionLine connection={screen.connection} />
    </div>
  );
}

function Inside(props: HostProps) {
  const { state } = props;
  if (isGone(state)) return <Gone />;
  if (standingOf(state) === "guest") {
    return <HostGuest code={codeAt(state.screen)} wrongKey={state.hasKey === true} />;
  }
  const { room, poll } = state.screen;
  return (
    // Before the first question the list of them is what there is to look at.
    <div class={poll ? "desk" : "desk preparing"}>
      <HostLive {...props} />
      <div class="side">
        <HostInvitation {...props} />
        {room && <HostQuestions {...props} room={room} />}
        <HostMore {...props} />
      </div>
    </div>
  );
}

function Gone() {
  return (
    <article class="poll gone">
      <h1>{texts.deleted}</h1>
      <p>
        <a class="button" href="/">
          {texts.makeAnother}
        </a>
      </p>
    </article>
  );
}
