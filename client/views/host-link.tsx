import { maySteer } from "../host-state.ts";
import { host as texts } from "../texts/spoken.ts";
import type { HostProps } from "./host-page.tsx";
import { Press } from "./host-press.tsx";
import { QrCode } from "./qr-code.tsx";

/** What steers from another device. It has the key in it, so it is behind a press, and says what it can do. */
export function HostLink({ state, actions }: HostProps) {
  const { panel, hasKey } = state;
  const link = panel?.kind === "link" ? panel : null;
  return (
    <div class="other-device">
      <h3>{texts.otherDevice}</h3>
      {hasKey === false ? (
        <p class="fine">{texts.noKeyHere}</p>
      ) : (
        <>
          <p class="fine">{texts.otherDeviceHint}</p>
          <Press
            off={!maySteer(state)}
            expanded={link !== null}
            onPress={() => (link ? actions?.open(null) : actions?.showLink())}
          >
            {link ? texts.hideLink : texts.showLink}
          </Press>
        </>
      )}
      {link && (
        <div class="panel link">
          <label for="host-link">{texts.hostLink}</label>
          <div class="in-a-row">
            <input id="host-link" readonly value={link.address} />
            <Press onPress={() => copy(actions)}>{texts.copy}</Press>
          </div>
          <p class="fine" role="status">
            {link.copied === null ? null : link.copied ? texts.copied : texts.notCopied}
          </p>
          <QrCode drawing={link.qr} label={texts.hostQr} />
        </div>
      )}
    </div>
  );
}

function copy(actions: HostProps["actions"]): void {
  const field = document.getElementById("host-link");
  if (field instanceof HTMLInputElement) actions?.copyLink(field);
}
