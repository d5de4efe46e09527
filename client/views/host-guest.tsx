import { formatJoinCode } from "../../shared/ids.ts";
import { host as texts } from "../texts/spoken.ts";

/** For whoever came to the host's page and is none. `wrongKey`: with a key of something else. */
export function HostGuest({ code, wrongKey }: { code: string; wrongKey: boolean }) {
  return (
    <article class="poll guest">
      <p class="code">{formatJoinCode(code)}</p>
      <h1>{texts.guestTitle}</h1>
      {wrongKey && <p class="notice">{texts.wrongKey}</p>}
      <p class="note">{texts.needsKey}</p>
      <p class="links">
        <a class="button" href={`/${code}`}>
          {texts.vote}
        </a>
        <a class="button" href="/login">
          {texts.signIn}
        </a>
        <a class="button" href={`/${code}/present`}>
          {texts.seeWall}
        </a>
      </p>
    </article>
  );
}
