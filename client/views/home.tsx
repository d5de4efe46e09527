import type { Door, HomeData } from "../page-data.ts";
import { home as texts } from "../texts/spoken.ts";
import { Brand } from "./brand.tsx";
import type { CreateActions, CreateProps } from "./create-actions.ts";
import { CreatePanel } from "./create-panel.tsx";
import { JoinForm } from "./join-form.tsx";

export interface HomeActions extends CreateActions {
  /** Empties the form. */
  readonly startAfresh: () => void;
}

export interface HomeProps extends CreateProps {
  readonly actions: HomeActions | null;
  /** A code that came back because it is none. */
  readonly code?: string;
  readonly door: Door | null;
  readonly from?: HomeData["from"];
}

const DOORS: Record<Door, string> = { signIn: "/login", myPolls: "/account" };

export function Home({ form, actions, code, door, from = null }: HomeProps) {
  return (
    <div class="page home">
      <header class="top">
        <Brand />
        {door && (
          <a class="door" href={DOORS[door]}>
            {texts[door]}
          </a>
        )}
      </header>
      <main class="home-main">
        <section class="join-panel" aria-labelledby="join-title">
          <h1 id="join-title">{texts.joinTitle}</h1>
          <JoinForm code={code ?? ""} error={code ? texts.notACode : null} />
        </section>
        <section class="create-panel" aria-labelledby="create-title">
          <h2 id="create-title">{texts.createTitle}</h2>
          <noscript>
            <p class="needs-script">{texts.needsScript}</p>
          </noscript>
          {from && (
            <p class={from.found === "yes" ? "origin" : "origin notice"}>
              {texts.from[from.found](from.code)}
            </p>
          )}
          {form.restored && (
            <p class="origin" role="status">
              {texts.restored}{" "}
              <button type="button" class="quiet" onClick={() => actions?.startAfresh()}>
                {texts.startAfresh}
              </button>
            </p>
          )}
          <CreatePanel form={form} actions={actions} />
        </section>
      </main>
    </div>
  );
}
