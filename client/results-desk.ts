/** The page of the results at work in the browser: what the host's key lets it see, and files to keep. */
import { takeHostKey } from "./host-key.ts";
import type { HistoryEntry, QuestionResults, ResultsData, Timeline } from "./page-data.ts";
import { saveFile, savePicture } from "./save-file.ts";
import { Store } from "./store.ts";
import { results as texts } from "./texts/spoken.ts";
import type { ResultsActions } from "./views/results-page.tsx";

/** A question that stands alone is read again this often (ms) as long as its numbers can change. */
const REREAD_MS = 5_000;

export interface ResultsState {
  readonly data: ResultsData;
  readonly notice: string | null;
  /** The page is the server's until this is true, so that the script takes over what it finds. */
  readonly alive: boolean;
}

export class ResultsDesk {
  readonly state: Store<ResultsState>;
  readonly actions: ResultsActions;
  readonly #hostKey: string | null;

  constructor(data: ResultsData) {
    this.state = new Store<ResultsState>({ data, notice: null, alive: false });
    this.#hostKey = takeHostKey({ room: data.room, view: data.questions[0]?.view ?? null });
    this.actions = {
      print: () => print(),
      save: (path, name) => void this.#save(path, name, saveFile),
      savePng: (path, name) => void this.#save(path, name, savePicture),
    };
  }

  start(): void {
    this.#change({ alive: true });
    // The server knew no key, so it showed what anybody may see.
    if (this.#hostKey) void this.#readAll();
    setInterval(() => document.hidden || void this.#readWhatChanges(), REREAD_MS);
  }

  #change(change: Partial<ResultsState>): void {
    this.state.value = { ...this.state.value, ...change };
  }

  async #save(path: string, name: string, keep: (file: Blob, name: string) => Promise<void>): Promise<void> {
    this.#change({ notice: null });
    try {
      await keep(await (await this.#fetch(path)).blob(), name);
    } catch {
      this.#change({ notice: texts.failed });
    }
  }

  /** A room's questions are not read again by themselves: they are many, and so is a hall. */
  async #readWhatChanges(): Promise<void> {
    const { room, questions } = this.state.value.data;
    const [alone] = questions;
    if (!room && alone && !alone.view.results.final) await this.#read(alone);
  }

  async #readAll(): Promise<void> {
    await Promise.all(this.state.value.data.questions.map((question) => this.#read(question)));
  }

  /** What cannot be read now stays as it is shown. */
  async #read(shown: QuestionResults): Promise<void> {
    const { pollId, previousId } = shown.view.poll;
    const path = `/api/polls/${pollId}`;
    const view = await this.#json<QuestionResults["view"]>(path);
    if (!view || isOlder(view, shown.view)) return;
    const isHost = view.poll.host && !this.state.value.data.room;
    const [timeline, history, previous] = await Promise.all([
      view.results.results ? this.#json<Timeline>(`${path}/timeline`) : shown.timeline,
      isHost ? this.#json<{ items: HistoryEntry[] }>(`${path}/audit`) : null,
      previousId ? this.#json<QuestionResults["view"]>(`/api/polls/${previousId}`) : null,
    ]);
    this.#show({
      view: { ...view, poll: { ...view.poll, yourVote: null } },
      timeline: timeline ?? shown.timeline,
      history: history?.items ?? shown.history,
      previous: previous ?? shown.previous,
    });
  }

  #show(question: QuestionResults): void {
    const { data } = this.state.value;
    const { pollId } = question.view.poll;
    const questions = data.questions.map((one) => (one.view.poll.pollId === pollId ? question : one));
    this.#change({ data: { ...data, questions } });
  }

  async #json<Answer>(path: string): Promise<Answer | null> {
    try {
      return await (await this.#fetch(path)).json();
    } catch {
      return null;
    }
  }

  /** Rejects if there is no answer, or it is a refusal. */
  async #fetch(path: string): Promise<Response> {
    const answer = await fetch(path, this.#hostKey ? { headers: { "X-Host-Key": this.#hostKey } } : {});
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer;
  }
}

/** Another node may be a moment behind. */
function isOlder({ results: a }: QuestionResults["view"], { results: b }: QuestionResults["view"]): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.version < b.version);
}
