/** The form on the home page at work in the browser. */
import type { PollView } from "../shared/messages.ts";
import { isFailure, post } from "./api.ts";
import {
  type CreateForm,
  EMPTY_FORM,
  nextOption,
  removeOption,
  toRequest,
  withFailure,
  writeOption,
} from "./create-form.ts";
import { hostAddress } from "./host-key.ts";
import { Store } from "./store.ts";
import type { CreateActions } from "./views/create-poll.tsx";

export class CreateDesk {
  readonly form = new Store<CreateForm>(EMPTY_FORM);
  readonly actions: CreateActions = {
    change: (change) => this.#set({ ...this.form.value, ...change }),
    writeOption: (index, text) => this.#writeOption(index, text),
    enterOption: (index) => {
      this.#set(nextOption(this.form.value, index));
      focusOption(Math.min(index + 1, this.form.value.options.length - 1));
    },
    removeOption: (index) => {
      this.#set(removeOption(this.form.value, index));
      focusOption(Math.max(0, index - 1));
    },
    create: () => this.#create(),
  };

  /** Takes over what was typed before this script ran. */
  adopt(question: string, options: readonly string[]): void {
    this.#set({ ...this.form.value, question, options });
  }

  #set(form: CreateForm): void {
    this.form.value = form;
  }

  #writeOption(index: number, text: string): void {
    this.#set(writeOption(this.form.value, index, text));
    // After a pasted list the cursor stands in its last option.
    const pasted = text.split("\n").filter((line) => line.trim()).length;
    if (pasted > 1) focusOption(Math.min(index + pasted, this.form.value.options.length) - 1);
  }

  async #create(): Promise<void> {
    if (this.form.value.busy) return;
    this.#set({ ...this.form.value, busy: true, errors: {} });
    const answer = await post<{ poll: PollView["poll"]; hostKey: string }>(
      "/api/polls",
      toRequest(this.form.value),
    );
    if (!isFailure(answer)) return location.assign(hostAddress(answer.poll.pollId, answer.hostKey));
    this.#set(withFailure(this.form.value, answer));
    focusSoon(() => document.querySelector<HTMLElement>(".create [aria-invalid=true]"));
  }
}

function focusOption(index: number): void {
  focusSoon(() => document.getElementById(`option-${index}`));
}

/** After the change has been rendered: the field may not exist before. */
function focusSoon(find: () => HTMLElement | null): void {
  requestAnimationFrame(() => find()?.focus());
}
