import { everyPage } from "../texts/spoken.ts";

/** The mark, three bars; also the favicon (`server/edge/assets.ts`). */
export function Brand() {
  return (
    <a class="brand" href="/">
      <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
        <rect x="2" y="3" width="20" height="5" rx="1.5" />
        <rect x="2" y="10" width="13" height="5" rx="1.5" />
        <rect x="2" y="17" width="7" height="5" rx="1.5" />
      </svg>
      {everyPage.brand}
    </a>
  );
}
