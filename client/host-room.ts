/** A room's list of questions as its host works on it: gone to, written, rewritten, moved, dropped. */
import type { PollView, RoomView } from "../shared/messages.ts";
import { isFailure } from "./api.ts";
import { type CreateForm, EMPTY_FORM } from "./create-form.ts";
import { toPollRequest, withFailure, withFlaws } from "./create-request.ts";
import { filledForm } from "./filled-form.ts";
import { focusSoon } from "./focus-soon.ts";
import type { HostSteps } from "./host-desk.ts";
import type { HostState, Panel } from "./host-state.ts";
import { orderAfter } from "./room-moves.ts";
import type { RoomActions } from "./views/host-page.tsx";

type Writing = Extract<Panel, { kind: "writing" }>;

export function roomActions(steps: HostSteps): RoomActions {
  const { state, code, open } = steps;
  const path = `/api/rooms/${code}`;
  return {
    go: (pollId) => void steps.take("POST", `${path}/go`, { pollId }, seeRoom),
    async rename(title) {
      await steps.idle();
      await steps.take("PATCH", path, { title }, seeRoom);
    },
    async drop(pollId) {
      if (await steps.take("DELETE", `${path}/polls/${pollId}`, undefined, seeRoom)) open(null);
    },
    async move(pollId, by) {
      const { room } = state.value.screen;
      if (!room) return;
      await steps.take("PATCH", path, { polls: orderAfter(room, pollId, by) }, seeRoom);
      focusMover(pollId, by);
    },
    async write(pollId) {
      if (pollId === null) return open({ kind: "writing", pollId, form: blankForm(state.value) });
      const view = await steps.take<PollView>("GET", `/api/polls/${pollId}`);
      if (view) open({ kind: "writing", pollId, form: filledForm(null, [view.poll]) });
    },
    form: {
      change(step) {
        const { panel } = state.value;
        if (panel?.kind === "writing") write(steps, panel, step(panel.form));
      },
      async create() {
        const { panel } = state.value;
        if (panel?.kind === "writing" && (await save(steps, path, panel))) open(null);
      },
    },
  };
}

/** Shows the form as it is now, with the cursor where it wants it. */
function write(steps: HostSteps, panel: Writing, form: CreateForm): void {
  steps.dispatch({ type: "panel", panel: { ...panel, form: { ...form, cursor: null } } });
  if (form.cursor) focusSoon(form.cursor);
}

/** `true`: it is kept. Otherwise what is wrong is said in the form. */
async function save(steps: HostSteps, path: string, panel: Writing): Promise<boolean> {
  const { pollId, form } = panel;
  const flawed = withFlaws(form);
  if (flawed) {
    write(steps, panel, flawed);
    return false;
  }
  const { open: _, durationSeconds, ...text } = toPollRequest(form);
  const answer =
    pollId === null
      ? await steps.ask("POST", `${path}/polls`, { ...text, durationSeconds })
      : await steps.ask("PATCH", `/api/polls/${pollId}`, text);
  if (answer === null) return false;
  steps.dispatch({ type: "done", at: Date.now() });
  if (isFailure(answer)) {
    write(steps, panel, withFailure(form, answer));
    return false;
  }
  // The list with its new words, and the question everybody is at: it may be the one that was rewritten.
  await steps.take("GET", path, undefined, seeRoom);
  return true;
}

function seeRoom({ room, view }: RoomView) {
  return { room, view };
}

/** An empty form with the settings of the question that everybody is at. */
function blankForm({ screen: { poll } }: HostState): CreateForm {
  if (!poll) return EMPTY_FORM;
  const { allowChange, resultsVisibility } = poll.poll.settings;
  return { ...EMPTY_FORM, allowChange, resultsVisibility };
}

/**
 * A question that changes its place is taken out of the page for a moment, and the focus with it: it goes back to the
 * button that was pressed, or at the end of the list to the one that leads back.
 */
function focusMover(pollId: string, by: -1 | 1): void {
  requestAnimationFrame(() => {
    const names = by < 0 ? ["up", "down"] : ["down", "up"];
    const buttons = names.map((name) => document.getElementById(`${name}-${pollId}`));
    buttons.find((button) => button && !button.matches(":disabled"))?.focus();
  });
}
