/** The script of the home page: the form that makes a poll. */
import { carryToken } from "./api.ts";
import { CreateDesk } from "./create-desk.ts";
import type { HomeData } from "./page-data.ts";
import { show, takeOver, typed } from "./take-over.ts";
import { Home } from "./views/home.tsx";

takeOver<HomeData>((root, { code, door, csrfToken }) => {
  carryToken(csrfToken);
  const desk = new CreateDesk();
  desk.adopt(typed(root, "#question")[0] ?? "", typed(root, ".option-row input"));
  show(root, desk.form, () => <Home form={desk.form.value} actions={desk.actions} code={code} door={door} />);
});
