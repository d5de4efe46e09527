import { VoterPage } from "../../client/views/voter-page.tsx";
import { type Opened, openedScreen } from "./opened-screen.ts";
import type { Rendered } from "./render-page.tsx";
import type { ShownToVisitor } from "./shown.ts";
import { titled } from "./titled.ts";

/** The page where people vote, with what came of the plain form. */
export function drawVoter(shown: ShownToVisitor, opened: Opened): Pick<Rendered, "draw" | "sheet" | "data"> {
  const steers = (shown.room ?? shown.view?.poll)?.host === true;
  const draw = () =>
    titled(shown, <VoterPage screen={openedScreen(shown, opened)} steers={steers} actions={null} />);
  return { draw, sheet: "voter", data: { page: "voter", ...shown } };
}
