import type { PollUpdate, ResultsUpdate } from "../../shared/messages.ts";
import { type PollState, visibleShares } from "../poll-state.ts";
import { everyPage } from "../texts/spoken.ts";

type Share = NonNullable<ResultsUpdate["results"]>[number];

export function Results({ state }: { state: PollState }) {
  const { poll } = state;
  const shares = visibleShares(state);
  return (
    <section class="results" aria-labelledby="results-title">
      <h2 id="results-title">{heading(state)}</h2>
      {shares ? (
        <Bars state={state} shares={shares} />
      ) : (
        <p class="hidden-results">{everyPage.hiddenBecause[poll.visibility]}</p>
      )}
    </section>
  );
}

/** After the close ballots that are on their way between the stores may still count: not before the last is it final. */
function heading({ poll, results }: PollState): string {
  if (poll.status === "draft") return everyPage.options;
  if (results.final) return everyPage.finalResults;
  return poll.status === "closed" ? everyPage.counting : everyPage.results;
}

export function Bars({ state, shares }: { state: PollState; shares: readonly Share[] }) {
  const { poll, results } = state;
  const most = Math.max(...shares.map(({ votes }) => votes));
  return (
    <>
      {results.average !== undefined && (
        <p class="average">
          <strong class="average-figure">{results.average}</strong> {everyPage.average}
        </p>
      )}

      <ul class={`bars ${spacing(poll)}`}>
        {shares.map((share) => (
          <Bar key={share.optionId} share={share} leads={most > 0 && share.votes === most} state={state} />
        ))}
      </ul>
      <p class="fine">{footnote(poll.kind === "multiple", results)}</p>
    </>
  );
}

/** One option, read as one unit: its label, its votes, its share. The drawing says the same once more. */
function Bar({ share, leads, state }: { share: Share; leads: boolean; state: PollState }) {
  const { poll } = state;
  const { optionId, votes, percentage } = share;
  const label = poll.options.find((option) => option.optionId === optionId)?.label;
  return (
    <li class={leads ? "bar leads" : "bar"}>
      <span class="bar-label">
        <bdi>{label}</bdi>
        {poll.yourVote?.includes(optionId) && (
          <em class={poll.kind === "rating" ? "yours unheard" : "yours"}>{everyPage.yourVote}</em>
        )}
      </span>
      <svg class="bar-drawing" aria-hidden="true">
        <rect class="track" width="100%" height="100%" />
        <rect class="fill" width={`${percentage}%`} height="100%" />
        {leads && <path class="lead-mark" d="M15 8l7 7-7 7-7-7z" />}
      </svg>
      <span class="figures">
        <b>{everyPage.number(votes)}</b>
        <span class="unheard">{` ${everyPage.votesUnit(votes)}, `}</span>
        <span class="percent">{everyPage.percent(percentage)}</span>
        {leads && <span class="unheard">{`, ${everyPage.leading}`}</span>}
      </span>
    </li>
  );
}

/** Digits stand before their bars; many options stand close together. */
function spacing({ kind, options }: PollUpdate): string {
  if (kind === "rating") return "short";
  return options.length > 7 ? "dense" : "wide";
}

function footnote(several: boolean, { participantCount, final }: ResultsUpdate): string {
  if (participantCount === 0) return final ? everyPage.nobodyVoted : everyPage.noVotesYet;
  return several ? everyPage.ofVoters(participantCount) : "";
}
