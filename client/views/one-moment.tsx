import { Brand } from "./brand.tsx";

interface OneMomentProps {
  readonly title: string;
  readonly words: string;
}

/** What was asked for cannot be shown just now. The page around it comes back by itself. */
export function OneMoment({ title, words }: OneMomentProps) {
  return (
    <div class="page home">
      <header class="top">
        <Brand />
      </header>
      <main class="home-main lone">
        <section class="join-panel" aria-labelledby="moment-title">
          <h1 id="moment-title">{title}</h1>
          <p>{words}</p>
        </section>
      </main>
    </div>
  );
}
