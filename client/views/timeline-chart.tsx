import type { Timeline } from "../page-data.ts";
import { results as texts } from "../texts/spoken.ts";
import { Moment } from "./results-moment.tsx";

const HEIGHT = 30;
/** Shorter than this (ms), the ends are told by the clock alone. */
const PART_OF_A_DAY = 12 * 60 * 60 * 1000;

interface TimelineChartProps {
  readonly timeline: Timeline;
  readonly local: boolean;
}

/** When the ballots were cast, as steps. What the drawing says stands below it in words. */
export function TimelineChart({ timeline: { from, to, ballots }, local }: TimelineChartProps) {
  if (!ballots) return <p class="fine">{texts.noTimeline}</p>;
  const total = ballots.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const most = Math.max(...ballots);
  const step = (to - from) / ballots.length;
  const precise = to - from < PART_OF_A_DAY;
  return (
    <figure class="timeline">
      <svg
        class="timeline-drawing"
        viewBox={`0 0 ${ballots.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path class="timeline-area" d={stepsOf(ballots, most)} />
      </svg>
      <p class="timeline-ends">
        <Moment at={from} local={local} precise={precise} />
        <Moment at={to} local={local} precise={precise} />
      </p>
      <figcaption class="fine">
        {texts.timelineAbout(total)}{" "}
        {most > 1 && (
          <>
            {texts.peak(most, step)}{" "}
            <Moment at={Math.round(from + ballots.indexOf(most) * step)} local={local} precise={precise} />
            {texts.peakEnd}
          </>
        )}
      </figcaption>
    </figure>
  );
}

/** The outline from the ground up, over each step and down again; one vote of very many still is to be seen. */
function stepsOf(ballots: readonly number[], most: number): string {
  const least = 0.6;
  const top = (count: number) =>
    count === 0 ? HEIGHT : Math.round((HEIGHT - Math.max(least, (count / most) * (HEIGHT - 1))) * 100) / 100;
  return `M0 ${HEIGHT}${ballots.map((count) => `V${top(count)}h1`).join("")}V${HEIGHT}Z`;
}
