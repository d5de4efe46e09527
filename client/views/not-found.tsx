import { home } from "../texts/spoken.ts";
import { Brand } from "./brand.tsx";
import { JoinForm } from "./join-form.tsx";

/** `code`: as it would be shown on a screen, or as it was typed. */
export function NotFound({ code }: { code: string }) {
  return (
    <div class="page home">
      <header class="top">
        <Brand />
      </header>
      <main class="home-main lone">
        <section class="join-panel" aria-labelledby="join-title">
          <h1 id="join-title">{home.notFoundTitle}</h1>
          <p>{home.notFound(code)}</p>
          <JoinForm />
        </section>
      </main>
    </div>
  );
}
