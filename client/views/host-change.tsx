import type { PollView } from "../../shared/messages.ts";
import { changeSince } from "../change-since.ts";
import type { PollState } from "../poll-state.ts";
import { everyPage, host as texts } from "../texts/spoken.ts";

interface ChangeProps {
  readonly poll: PollState;
  /** The poll that asked the same before, if it is known. */
  readonly previous: PollView | null;
}

/** What has changed since the same was asked before. */
export function HostChange({ poll, previous }: ChangeProps) {
  const changes = changeSince(previous, poll);
  if (!previous || !changes) return null;
  return (
    <section class="change" aria-labelledby="change-title">
      <h2 id="change-title">{texts.lastTime}</h2>
      <table>
        <tbody>
          {changes.map(({ optionId, label, before, now, points }) => (
            <tr key={optionId}>
              <th scope="row">
                <bdi>{label}</bdi>
              </th>
              <td>{everyPage.percent(now)}</td>
              <td class="was">{before === null ? texts.newOption : texts.wasPercent(before)}</td>
              <td class="points">{points === null ? "" : texts.points(points)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="fine">{texts.lastTimeOf(previous.results.participantCount)}</p>
    </section>
  );
}
