/** The script of the page where people vote. */
import { codeOf } from "./host-key.ts";
import { keepPlace } from "./keep-place.ts";
import type { VoterData } from "./page-data.ts";
import { show, takeOver, typed } from "./take-over.ts";
import { VoterPage } from "./views/voter-page.tsx";
import { VoterDesk } from "./voter-desk.ts";

takeOver<VoterData>((root, data) => {
  // Host links of the release before lead here.
  if (location.hash.startsWith("#host=")) return location.replace(`/${codeOf(data)}/host${location.hash}`);
  const desk = new VoterDesk(data);
  desk.adopt(
    root.querySelector(".ballot") !== null,
    typed(root, ".ballot :checked"),
    root.querySelector(".notice")?.textContent,
  );
  show(root, desk.state, () => (
    <VoterPage screen={desk.state.value} steers={desk.steers} actions={desk.actions} />
  ));
  const draw = desk.state.onChange;
  desk.state.onChange = () => keepPlace(root, draw);
  desk.start();
});
