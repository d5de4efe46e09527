import { account as texts } from "../texts/spoken.ts";
import { TokenField } from "./account-field.tsx";

/** `null`: it is not one that is known. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

export interface SessionLine {
  readonly sessionId: string;
  readonly device: Device;
  /** Seconds since it was last used. */
  readonly unused: number;
  readonly current: boolean;
}

interface MySessionsProps {
  readonly sessions: readonly SessionLine[] | null;
  readonly token: string;
}

export function MySessions({ sessions, token }: MySessionsProps) {
  return (
    <section class="sheet" aria-labelledby="sessions-title">
      <h2 id="sessions-title">{texts.sessions}</h2>
      {sessions === null && <p class="hint">{texts.sessionsAway}</p>}
      <ul class="lines">
        {sessions?.map((line) => (
          <li class="line" key={line.sessionId}>
            <div class="line-text">
              <span class="line-title">{texts.device(line.device)}</span>
              <p class="line-facts">{line.current ? texts.thisBrowser : texts.lastUsed(line.unused)}</p>
            </div>
            {!line.current && <Revoke line={line} token={token} />}
          </li>
        ))}
      </ul>
      <form action="/account/sign-out" method="post">
        <TokenField token={token} />
        <input type="hidden" name="everywhere" value="yes" />
        <button type="submit">{texts.signOutEverywhere}</button>
      </form>
    </section>
  );
}

function Revoke({ line, token }: { line: SessionLine; token: string }) {
  return (
    <form action="/account/revoke" method="post">
      <TokenField token={token} />
      <input type="hidden" name="sessionId" value={line.sessionId} />
      <button type="submit" aria-label={texts.signOutOf(texts.device(line.device))}>
        {texts.signOut}
      </button>
    </form>
  );
}
