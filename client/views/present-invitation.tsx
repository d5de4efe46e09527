import { formatJoinCode } from "../../shared/ids.ts";
import { joinAddress } from "../join-address.ts";
import type { WallState } from "../present-state.ts";
import { codeAt } from "../screen-state.ts";
import { everyPage, present as texts } from "../texts/spoken.ts";
import { QrCode } from "./qr-code.tsx";

/** How to join, and how many have: on every state of the wall, so that whoever comes late finds in. */
export function PresentInvitation({ wall }: { wall: WallState }) {
  const { room, poll } = wall.screen;
  const code = codeAt(wall.screen);
  const { address, isOwnMachine } = joinAddress(wall.origin);
  return (
    <aside class={room ? "joining in-room" : "joining"} aria-label={texts.join}>
      <p class="join-at">
        {texts.joinAt} <strong class={address.length > 22 ? "join-host long" : "join-host"}>{address}</strong>
        <span class="join-with">{texts.withCode}</span>
        <strong class="join-code">{formatJoinCode(code)}</strong>
      </p>
      <QrCode drawing={wall.qr} label={texts.qr(`${address}/${code}`)} />
      {isOwnMachine && <p class="join-warning">{texts.onlyThisMachine}</p>}
      {poll && !poll.removed && <Numbers wall={wall} />}
    </aside>
  );
}

/** Three numbers that are never the same thing: was here, is here, has voted. */
function Numbers({ wall: { screen } }: { wall: WallState }) {
  const results = screen.poll?.results;
  if (!results) return null;
  const numbers = [
    [texts.joined, results.joinedCount],
    [texts.here, results.viewerCount],
    [texts.voted, results.participantCount],
  ] as const;
  return (
    <dl class="numbers" aria-label={texts.numbers}>
      {numbers.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{everyPage.number(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
