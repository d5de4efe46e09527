/** The script of the home page: the form that makes a poll or a room. */
import { carryToken } from "./api.ts";
import { CreateDesk } from "./create-desk.ts";
import { changeQuestion, openQuestion } from "./create-form.ts";
import type { HomeData } from "./page-data.ts";
import { show, takeOver } from "./take-over.ts";
import { typedForm } from "./typed-form.ts";
import { Home } from "./views/home.tsx";

/** A keyboard and room for both panels side by side: a cursor in the one is not in the way of the other. */
const LAPTOP = "(hover: hover) and (min-width: 52rem)";

takeOver<HomeData>((root, { form, csrfToken, ...page }) => {
  carryToken(csrfToken);
  const typed = typedForm(root, form);
  // Of what was chosen meanwhile, another kind would be drawn otherwise than the page stands; it comes a moment later.
  const standing = typed && changeQuestion(typed, { kind: openQuestion(form).kind }, "question");
  const desk = new CreateDesk(standing ?? form, page.from?.code ?? "");
  show(root, desk.form, () => <Home {...page} form={desk.form.value} actions={desk.actions} />);
  if (typed) desk.form.value = typed;
  else desk.restore();
  // Most who come here want to join. Who comes to ask something once more, or has an account, wants to write.
  const writes = page.from?.found === "yes" || page.door === "myPolls";
  const isElsewhere = page.code !== "" || document.activeElement !== document.body;
  if (writes && !isElsewhere && matchMedia(LAPTOP).matches) {
    document.getElementById("question")?.focus({ preventScroll: true });
  }
});
