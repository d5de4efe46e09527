/** The script of the page on the wall. */
import { carryToken } from "./api.ts";
import type { PresentData } from "./page-data.ts";
import { PresentDesk } from "./present-desk.ts";
import { show, takeOver } from "./take-over.ts";
import { type PresentActions, PresentPage } from "./views/present-page.tsx";

takeOver<PresentData>((root, data) => {
  carryToken(data.csrfToken);
  const desk = new PresentDesk(data);
  // First what the server drew, which knows no keys; the buttons come with the first change.
  let actions: PresentActions | null = null;
  show(root, desk.state, () => <PresentPage wall={desk.state.value} actions={actions} />);
  actions = desk.actions;
  desk.start();
});
