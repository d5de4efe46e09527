/** What people typed and chose while the script was still loading. */
import { type CreateForm, changeQuestion, openQuestion } from "./create-form.ts";

/** The form as it stands in the page, if that is no longer as the server rendered it; else `null`. */
export function typedForm(root: HTMLElement, rendered: CreateForm): CreateForm | null {
  const element = root.querySelector<HTMLFormElement>("form.create");
  if (!element) return null;
  const fields = new FormData(element);
  const text = (name: string) => `${fields.get(name) ?? ""}`;
  const { kind, options, maxChoices } = openQuestion(rendered);
  // The values are those of the page's own tiles and lists; a field that the page does not show is left as it was.
  const chosen = {
    question: text("question"),
    kind: (fields.get("kind") ?? kind) as typeof kind,
    options: fields.has("option") ? fields.getAll("option").map(String) : options,
    maxChoices: fields.has("maxChoices") ? Number(text("maxChoices")) || null : maxChoices,
  };
  const form: CreateForm = {
    ...changeQuestion(rendered, chosen, "question"),
    title: rendered.shape === "room" ? text("title") : rendered.title,
    durationSeconds: Number(text("durationSeconds")),
    resultsVisibility: text("resultsVisibility") as CreateForm["resultsVisibility"],
    allowChange: fields.has("allowChange"),
    open: rendered.shape === "room" ? rendered.open : fields.has("open"),
  };
  return JSON.stringify(form) === JSON.stringify(rendered) ? null : form;
}
