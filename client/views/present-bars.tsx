import type { PollView, ResultsUpdate } from "../../shared/messages.ts";
import type { PollState } from "../poll-state.ts";
import { changesOf } from "../present-state.ts";
import { everyPage, present as texts } from "../texts/spoken.ts";
import { textWidth } from "./present-width.ts";

type Share = NonNullable<ResultsUpdate["results"]>[number];

interface PresentBarsProps {
  readonly state: PollState;
  /** `null`: the options alone, without a number. */
  readonly shares: readonly Share[] | null;
  readonly previous: PollView | null;
}

/** The options with their bars, in the order they were asked in, so that nobody has to look for theirs. */
export function PresentBars({ state, shares, previous }: PresentBarsProps) {
  const { poll, results } = state;
  const changes = changesOf(state, previous);
  const most = Math.max(0, ...(shares ?? []).map(({ votes }) => votes));
  return (
    <section class="figures-of" aria-label={shares ? everyPage.results : everyPage.options}>
      <LeadingPaint />
      {shares && results.average !== undefined && (
        <p class="wall-average">
          <strong>{results.average}</strong> {everyPage.average}
        </p>
      )}
      <ul class={`wall-bars ${spacing(state)}${shares ? "" : " bare"}`}>
        {poll.options.map(({ optionId, label }) => {
          const share = shares?.find((one) => one.optionId === optionId);
          const leads = share !== undefined && most > 0 && share.votes === most;
          return (
            <li key={optionId} class={leads ? "wall-bar leads" : "wall-bar"}>
              <span class="wall-label">
                <bdi>{label}</bdi>
              </span>
              {share && <Drawing percentage={share.percentage} leads={leads} />}
              {share && <Figures share={share} leads={leads} change={changes.get(optionId)} />}
            </li>
          );
        })}
      </ul>
      {shares && <p class="wall-fine">{footnote(state, changes.size > 0)}</p>}
    </section>
  );
}

/** Moves straight to the true length. The leader's is striped besides: nobody has to tell two colours apart. */
function Drawing({ percentage, leads }: { percentage: number; leads: boolean }) {
  const paint = leads ? { fill: "url(#leading)" } : {};
  return (
    <svg class="wall-drawing" aria-hidden="true">
      <rect class="track" width="100%" height="100%" />
      <rect class="fill" width={`${percentage}%`} height="100%" {...paint} />
    </svg>
  );
}

/** What the leader's bar is painted with; in the page, for a sheet could not name it. */
function LeadingPaint() {
  return (
    <svg class="paint" aria-hidden="true">
      <pattern
        id="leading"
        width="14"
        height="14"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="ground" width="14" height="14" />
        <rect class="stripe" width="5" height="14" />
      </pattern>
    </svg>
  );
}

interface FiguresProps {
  readonly share: Share;
  readonly leads: boolean;
  readonly change: number | undefined;
}

/** Read as one: the votes, the share, the change, and whether it leads. Always the newest, never counted up to. */
function Figures({ share: { votes, percentage }, leads, change }: FiguresProps) {
  return (
    <span class="wall-figures">
      <b>{everyPage.number(votes)}</b>
      <span class="unheard">{` ${everyPage.votesUnit(votes)}, `}</span>
      <span class="wall-percent">{everyPage.percent(percentage)}</span>
      {change !== undefined && (
        <span class="change">
          <span class="unheard">, </span>
          {texts.change(change)}
          <span class="unheard">{` ${texts.points(change)}`}</span>
        </span>
      )}
      {leads && <span class="unheard">{`, ${texts.leads}`}</span>}
    </span>
  );
}

/** How close the options stand: by how many there are and how long the longest is. */
function spacing({ poll: { kind, options } }: PollState): string {
  if (kind === "rating") return "rated";
  const longest = Math.max(...options.map(({ label }) => textWidth(label)));
  const many = options.length <= 5 ? "few" : options.length <= 10 ? "some" : "many";
  if (longest > 50) return `${many} wordy`;
  return longest <= 22 ? `${many} brief` : many;
}

function footnote({ poll, results }: PollState, compared: boolean): string {
  const { participantCount, final } = results;
  if (participantCount === 0) return final ? everyPage.nobodyVoted : everyPage.noVotesYet;
  const several = poll.kind === "multiple" ? [everyPage.ofVoters(participantCount)] : [];
  return [...several, ...(compared ? [texts.changeExplained] : [])].join(" ");
}
