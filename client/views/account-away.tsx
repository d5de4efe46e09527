import { account as texts } from "../texts/spoken.ts";
import { Brand } from "./brand.tsx";

/** Why there is no account to show, with a way on. `retry`: the address to try again; `null` where it would not help. */
export function AccountAway({ title, words, retry }: { title: string; words: string; retry: string | null }) {
  return (
    <div class="page account">
      <header class="top">
        <Brand />
      </header>
      <main class="account-away">
        <h1>{title}</h1>
        <p class="note">{words}</p>
        {retry !== null && (
          <p>
            <a class="button" href={retry}>
              {texts.tryAgain}
            </a>
          </p>
        )}
      </main>
    </div>
  );
}
