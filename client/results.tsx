/** The script of the page of the results. */
import { carryToken } from "./api.ts";
import type { ResultsData } from "./page-data.ts";
import { ResultsDesk } from "./results-desk.ts";
import { show, takeOver } from "./take-over.ts";
import { ResultsPage } from "./views/results-page.tsx";

takeOver<ResultsData>((root, shown) => {
  carryToken(shown.csrfToken);
  const desk = new ResultsDesk(shown);
  show(root, desk.state, () => {
    const { data, notice, alive } = desk.state.value;
    return <ResultsPage data={data} notice={notice} actions={alive ? desk.actions : null} />;
  });
  desk.start();
});
