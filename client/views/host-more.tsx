import { maySteer } from "../host-state.ts";
import { host as texts } from "../texts/spoken.ts";
import { HostLink } from "./host-link.tsx";
import type { HostProps } from "./host-page.tsx";
import { Press } from "./host-press.tsx";
import { HostSecondStep } from "./host-second-step.tsx";

/** What is done now and then. */
export function HostMore(props: HostProps) {
  const { state, actions } = props;
  const { screen, busy, claimable } = state;
  const { poll } = screen;
  const isAsked = poll !== null && poll.poll.status !== "draft";
  return (
    <section class="more" aria-labelledby="more-title">
      <h2 id="more-title">{texts.more}</h2>
      {poll && (
        <div class="abreast">
          {isAsked && (
            <a class="button" href={`/${poll.poll.pollId}/results`}>
              {texts.resultsPage}
            </a>
          )}
          <a class="button" href={`/?from=${poll.poll.pollId}`} aria-describedby="duplicate-hint">
            {texts.duplicate}
          </a>
        </div>
      )}
      {poll && (
        <p class="fine" id="duplicate-hint">
          {texts.duplicateHint}
        </p>
      )}
      {claimable && (
        <Press busy={busy} off={!maySteer(state)} onPress={() => actions?.claim()}>
          {texts.claim}
        </Press>
      )}
      <HostLink {...props} />
      <Removal {...props} />
    </section>
  );
}

function Removal({ state, actions }: HostProps) {
  const { panel, busy, screen } = state;
  const isRoom = screen.room !== null;
  const isOpen = panel?.kind === "deleting";
  return (
    <div class="removal">
      <Press
        class="danger"
        off={!maySteer(state)}
        expanded={isOpen}
        onPress={() => actions?.open(isOpen ? null : { kind: "deleting" })}
      >
        {isRoom ? texts.deleteRoom : texts.deletePoll}
      </Press>
      {isOpen && (
        <HostSecondStep
          hint={isRoom ? texts.deleteRoomHint : texts.deletePollHint}
          busy={busy}
          onKeep={() => actions?.open(null)}
          onDelete={() => actions?.remove()}
        />
      )}
    </div>
  );
}
