import type { CreateForm } from "../create-form.ts";
import type { Door } from "../page-data.ts";
import { texts } from "../texts.ts";
import { Brand } from "./brand.tsx";
import { type CreateActions, CreatePoll } from "./create-poll.tsx";
import { JoinForm } from "./join-form.tsx";

export interface HomeProps {
  readonly form: CreateForm;
  /** `null` on the server, where nothing can be done yet. */
  readonly actions: CreateActions | null;
  /** A code that came back because it is none. */
  readonly code?: string;
  readonly door: Door | null;
}

const DOORS: Record<Door, string> = { signIn: "/login", myPolls: "/account" };

export function Home({ form, actions, code, door }: HomeProps) {
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
          <CreatePoll form={form} actions={actions} />
        </section>
      </main>
    </div>
  );
}
