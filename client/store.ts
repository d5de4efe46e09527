/**
 * One value that a page shows, and who is told when it changes. Everything on a page hangs on one state that is rendered
 * whole, so nothing finer is needed (a signals library was 3.6 KB of the 15 KB that the page may weigh).
 */
export class Store<State> {
  #state: State;
  #due = false;
  /** Renders; called once for all changes of one turn. */
  onChange: () => void = () => {};

  constructor(state: State) {
    this.#state = state;
  }

  get value(): State {
    return this.#state;
  }

  set value(state: State) {
    if (state === this.#state) return;
    this.#state = state;
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      this.onChange();
    });
  }
}
