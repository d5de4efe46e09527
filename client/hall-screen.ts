/** What a browser lends to a page that hangs on a wall: the full screen, staying awake, and no pointer in the picture. */

/** The pointer and the buttons go after so long without a move (ms). */
const POINTING_MS = 3_000;

/** `false`: this browser does not let the page. */
export async function toggleFullScreen(): Promise<boolean> {
  try {
    await (document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen());
    return true;
  } catch {
    return false;
  }
}

/** Browsers lend it only over https and take it back whenever the page is not looked at; a wall is fine without. */
export function keepAwake(): void {
  const ask = () => {
    if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

/** Marks the page while somebody points at it. */
export function watchPointer(): void {
  const page = document.documentElement;
  let resting: ReturnType<typeof setTimeout>;
  const point = () => {
    page.toggleAttribute("data-pointing", true);
    clearTimeout(resting);
    resting = setTimeout(() => page.toggleAttribute("data-pointing", false), POINTING_MS);
  };
  addEventListener("pointermove", point);
  addEventListener("pointerdown", point);
}
