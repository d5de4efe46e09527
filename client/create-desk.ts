/** The form on the home page at work in the browser. */
import type { PollView, RoomView } from "../shared/messages.ts";
import { type Failure, isFailure, post } from "./api.ts";
import { type CreateForm, EMPTY_FORM } from "./create-form.ts";
import { toPollRequest, toRoomRequest, withFailure, withFlaws } from "./create-request.ts";
import { focusSoon } from "./focus-soon.ts";
import { hostAddress } from "./host-key.ts";
import { forgetForm, keepForm, keptForm } from "./kept-form.ts";
import { Store } from "./store.ts";
import type { HomeActions } from "./views/home.tsx";

export class CreateDesk {
  readonly form: Store<CreateForm>;
  /** The code that the form was filled from; empty for a form of its own. */
  readonly #from: string;
  readonly actions: HomeActions = {
    change: (step) => this.#set(step(this.form.value)),
    startAfresh: () => {
      this.#set({ ...EMPTY_FORM, cursor: "question" });
      forgetForm(this.#from);
    },
    create: () => this.#create(),
  };

  constructor(form: CreateForm, from: string) {
    this.form = new Store(form);
    this.#from = from;
  }

  /** Puts back what was typed here before a reload. */
  restore(): void {
    const kept = keptForm(this.#from);
    if (kept) this.form.value = { ...kept, restored: true };
  }

  #set(form: CreateForm): void {
    const { cursor } = form;
    this.form.value = { ...form, cursor: null };
    keepForm(this.#from, this.form.value);
    if (cursor) focusSoon(cursor);
  }

  async #create(): Promise<void> {
    const form = this.form.value;
    if (form.busy) return;
    const flawed = withFlaws(form);
    if (flawed) return this.#set(flawed);
    this.#set({ ...form, busy: true, errors: {} });
    const made = await send(form);
    if ("failed" in made) return this.#set(withFailure(this.form.value, made));
    forgetForm(this.#from);
    // What the browser may keep of this page for its Back button is an empty form, ready for another.
    addEventListener("pagehide", () => (this.form.value = EMPTY_FORM), { once: true });
    location.assign(hostAddress(made.code, made.hostKey));
  }
}

async function send(form: CreateForm): Promise<{ code: string; hostKey: string } | Failure> {
  if (form.shape === "room") {
    const answer = await post<RoomView & { hostKey: string }>("/api/rooms", toRoomRequest(form));
    return isFailure(answer) ? answer : { code: answer.room.roomId, hostKey: answer.hostKey };
  }
  const answer = await post<PollView & { hostKey: string }>("/api/polls", toPollRequest(form));
  return isFailure(answer) ? answer : { code: answer.poll.pollId, hostKey: answer.hostKey };
}
