import { texts } from "../texts.ts";
import { Brand } from "./brand.tsx";

/** The stores do not answer. `code`: as it would be shown on a screen. The page around it comes back by itself. */
export function OutOfReach({ code }: { code: string }) {
  return (
    <div class="page home">
      <header class="top">
        <Brand />
      </header>
      <main class="home-main lone">
        <section class="join-panel" aria-labelledby="away-title">
          <h1 id="away-title">{texts.outOfReachTitle}</h1>
          <p>{texts.outOfReach(code)}</p>
        </section>
      </main>
    </div>
  );
}
