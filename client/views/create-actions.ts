import type { CreateForm } from "../create-form.ts";

/** What can be done with the form. */
export interface CreateActions {
  /** Takes the form one step on. */
  readonly change: (step: (form: CreateForm) => CreateForm) => void;
  readonly create: () => void;
}

export interface CreateProps {
  readonly form: CreateForm;
  /** `null` on the server, where nothing can be done yet. */
  readonly actions: CreateActions | null;
}
