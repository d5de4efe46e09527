import type { ScreenState } from "../screen-state.ts";

/** What `announcement.ts` has to say, for screen readers alone. Always in the page, so that it is heard. */
export function LiveRegion({ screen }: { screen: ScreenState }) {
  return (
    <p class="unheard" role="status">
      {screen.announcement.words}
    </p>
  );
}
