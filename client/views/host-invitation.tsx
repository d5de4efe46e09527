import { formatJoinCode } from "../../shared/ids.ts";
import { joinAddress } from "../join-address.ts";
import { codeAt } from "../screen-state.ts";
import { host as texts } from "../texts/spoken.ts";
import type { HostProps } from "./host-page.tsx";
import { QrCode } from "./qr-code.tsx";

/** How others get in, and the other pages of the same code. */
export function HostInvitation({ data, state }: HostProps) {
  const code = codeAt(state.screen);
  const { address, isOwnMachine } = joinAddress(data.origin);
  return (
    <section class="invite" aria-label={texts.invitation}>
      <div class="invitation">
        <div class="invitation-words">
          <p>
            {texts.joinAt} <strong class="address">{address}</strong>
          </p>
          <p>
            {texts.withCode} <strong class="big-code">{formatJoinCode(code)}</strong>
          </p>
        </div>
        <QrCode drawing={data.qr} label={texts.scan(`${address}/${code}`)} />
        {isOwnMachine && <p class="fine">{texts.onlyThisMachine}</p>}
      </div>
      <p class="links">
        <a class="button" href={`/${code}/present`} target="_blank" rel="noopener">
          {texts.wall}
          <span class="unheard">{` (${texts.newTab})`}</span>
        </a>
        <a class="button" href={`/${code}`}>
          {texts.voteAsWell}
        </a>
      </p>
    </section>
  );
}
