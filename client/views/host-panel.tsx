import { formatPollId } from "../../shared/ids.ts";
import type { PollState } from "../poll-state.ts";
import { HOST_SEES, texts } from "../texts.ts";
import type { PollActions } from "./poll-page.tsx";

/** A host's steps, as the addresses of the calls name them. */
export type HostStep = "open" | "close" | "hide" | "reveal" | "extend" | "claim";

/** An address that means "this machine" to everyone. */
const LOOPBACK = /^(localhost|127\.|\[::1\])/;

interface HostPanelProps {
  readonly state: PollState;
  readonly address: string;
  readonly busy: boolean;
  readonly actions: PollActions | null;
}

/** What a host shows the room, and what the host steers with. */
export function HostPanel({ state, address, busy, actions }: HostPanelProps) {
  const { poll } = state;
  return (
    <aside class="host" aria-label={texts.hostTitle}>
      <div class="invitation">
        <p>
          {texts.joinAt} <strong class="address">{address}</strong>
        </p>
        <p>
          {texts.withCode} <strong class="big-code">{formatPollId(poll.pollId)}</strong>
        </p>
        {LOOPBACK.test(address) && <p class="fine">{texts.onlyThisMachine}</p>}
      </div>
      <div class="steering">
        {steps(state).map((step) => (
          <button
            key={step}
            type="button"
            class={step === "open" ? "primary" : ""}
            disabled={busy}
            onClick={() => actions?.steer(step)}
          >
            {texts[step]}
          </button>
        ))}
      </div>
      {poll.status !== "draft" && <p class="fine">{HOST_SEES[poll.visibility]}</p>}
    </aside>
  );
}

function steps(state: PollState): HostStep[] {
  return state.host?.claimable ? [...stepsOf(state), "claim"] : stepsOf(state);
}

function stepsOf({ poll }: PollState): HostStep[] {
  const visibility: HostStep = poll.visibility === "live" ? "hide" : "reveal";
  switch (poll.status) {
    case "draft":
      return ["open"];
    case "open":
      return ["close", "extend", visibility];
    case "closed":
      return [poll.visibility === "hidden" ? "reveal" : "hide"];
  }
}
