import type { RoomUpdate } from "../../shared/messages.ts";
import { type HostState, maySteer, stepsOf } from "../host-state.ts";
import type { PollStep } from "../poll-steps.ts";
import { backOf, nextOf } from "../room-moves.ts";
import { host as texts } from "../texts/spoken.ts";
import type { HostActions } from "./host-page.tsx";
import { Press } from "./host-press.tsx";

interface SteeringProps {
  readonly state: HostState;
  readonly actions: HostActions | null;
}

/** At the foot of a phone, under the thumb. Until it is known that this is a host, the buttons stand there switched off. */
export function HostSteering({ state, actions }: SteeringProps) {
  const { room, poll } = state.screen;
  const off = !maySteer(state);
  const press = { busy: state.busy, off };
  return (
    // Takes the focus where a button that had it is gone.
    <section class="steering" aria-label={texts.steering} tabIndex={-1}>
      {poll && (
        <div class="steps">
          {stepsOf(poll.poll).map((step) => (
            <Press
              key={step}
              class={step === "open" ? "primary" : ""}
              twice={isLengthening(step)}
              {...press}
              onPress={() => actions?.steer(step)}
            >
              {texts[step]}
            </Press>
          ))}
          {poll.poll.status === "closed" && (
            <Press key="again" {...press} onPress={() => actions?.again()}>
              {texts.again}
            </Press>
          )}
        </div>
      )}
      {room && room.polls.length > 1 && <p class="fine keys">{texts.keys}</p>}
      {room && room.polls.length > 0 && <Moving room={room} {...press} actions={actions} />}
    </section>
  );
}

function isLengthening(step: PollStep): boolean {
  return step === "extend" || step === "extendMore";
}

interface MovingProps {
  readonly room: RoomUpdate;
  readonly busy: boolean;
  readonly off: boolean;
  readonly actions: HostActions | null;
}

function Moving({ room, busy, off, actions }: MovingProps) {
  const [back, next] = [backOf(room), nextOf(room)];
  return (
    <div class="moving">
      <Press class="back" busy={busy} off={off || !back} onPress={() => back && actions?.go(back.pollId)}>
        {texts.back}
      </Press>
      <Press
        class="next primary"
        busy={busy}
        off={off || !next}
        onPress={() => next && actions?.go(next.pollId)}
      >
        <span>{room.polls.some(({ asked }) => asked) ? texts.next : texts.toFirst}</span>
        <span class="next-question" dir="auto">
          {next ? next.question : texts.noNext}
        </span>
      </Press>
    </div>
  );
}
