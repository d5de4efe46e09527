import { formatPollId } from "../../shared/ids.ts";
import { isUnderWay, mayChoose, type PollState, secondsLeft } from "../poll-state.ts";
import { texts } from "../texts.ts";
import { BallotForm } from "./ballot-form.tsx";
import { BallotReceipt } from "./ballot-receipt.tsx";
import { Brand } from "./brand.tsx";
import { HostPanel, type HostStep } from "./host-panel.tsx";
import { Results } from "./results.tsx";

export interface PollActions {
  readonly choose: (optionIds: readonly string[]) => void;
  /** Casts what is chosen. */
  readonly cast: () => void;
  readonly reconsider: () => void;
  readonly keepVote: () => void;
  readonly steer: (step: HostStep) => void;
}

interface PollPageProps {
  readonly state: PollState;
  /** `null` on the server, where nothing can be done yet. */
  readonly actions: PollActions | null;
}

export function PollPage({ state, actions }: PollPageProps) {
  const { poll, host, removed } = state;
  return (
    <div class={host ? "page hosting" : "page"}>
      <header class="top">
        <Brand />
        <p class="code">{formatPollId(poll.pollId)}</p>
      </header>
      <main class="poll-main">
        {host && !removed && (
          <HostPanel state={state} address={host.address} busy={host.busy} actions={actions} />
        )}
        <article class="poll">
          <StatusLine state={state} />
          <h1 dir="auto">{poll.question}</h1>
          <p class="notice" role="alert">
            {state.notice}
          </p>
          {removed ? <p class="note">{texts.removed}</p> : <PollBody state={state} actions={actions} />}
        </article>
      </main>
      <p class="connection" role="status">
        {connectionWords(state)}
      </p>
    </div>
  );
}

function PollBody({ state, actions }: PollPageProps) {
  const { poll, host, ballot } = state;
  if (poll.status === "draft" && !host) return <p class="note">{texts.draft}</p>;
  const voting = (
    <div class="voting">
      {mayChoose(state) && <BallotForm state={state} actions={actions} />}
      <BallotReceipt state={state} actions={actions} />
    </div>
  );
  const results = <Results state={state} />;
  if (!host) return [voting, results];
  // A host's own ballot without an answer is not out of sight because the poll closed meanwhile.
  const stillVoting = poll.status === "open" || isUnderWay(ballot);
  return [results, stillVoting && <HostVoting>{voting}</HostVoting>];
}

/** A host watches first; voting along is one step away. */
function HostVoting({ children }: { children: preact.ComponentChildren }) {
  return (
    <details class="host-voting">
      <summary>{texts.hostVotes}</summary>
      {children}
    </details>
  );
}

function StatusLine({ state }: { state: PollState }) {
  const { poll, results } = state;
  const left = secondsLeft(state);
  return (
    <p class="status-line">
      <span class={`status ${poll.status}`}>{texts.status[poll.status]}</span>
      {poll.status === "open" && left !== null && (
        <span class="left" role="timer">
          {left > 0 ? texts.timeLeft(left) : texts.closing}
        </span>
      )}
      <span class="voted">{texts.voted(results.participantCount)}</span>
      <span class="connected">{texts.connected(results.viewerCount)}</span>
    </p>
  );
}

function connectionWords({ connection }: PollState): string | null {
  return connection === "connecting" || connection === "live" ? null : texts[connection];
}
