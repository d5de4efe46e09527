/** Polls and rooms made by calls and steered by calls: for what a scenario is not about. */
import { call, makePoll, makeRoom } from "../support/poll-calls.ts";
import { MENU } from "./host.ts";

/** A poll or a room. */
export class Asked {
  readonly code: string;
  readonly hostKey: string;
  readonly #origin: string;
  readonly #path: string;

  constructor(origin: string, collection: "polls" | "rooms", code: string, hostKey: string) {
    this.#origin = origin;
    this.#path = `/api/${collection}/${code}`;
    this.code = code;
    this.hostKey = hostKey;
  }

  /** A step of the host: `close`, `hide`, `go` … */
  async step(step: string, body: object = {}): Promise<void> {
    await call(this.#origin, "POST", `${this.#path}/${step}`, { body, headers: this.#asHost });
  }

  async remove(): Promise<void> {
    await call(this.#origin, "DELETE", this.#path, { headers: this.#asHost });
  }

  get #asHost() {
    return { "X-Host-Key": this.hostKey };
  }
}

/** Where to eat, with the menu to choose from; open, and votes stand, unless said. */
export async function askPoll(origin: string, text: object = {}): Promise<Asked> {
  const usual = { question: "Where shall we eat?", options: MENU, settings: {} };
  const { pollId, hostKey } = await makePoll(origin, { ...usual, ...text });
  return new Asked(origin, "polls", pollId, hostKey);
}

export interface AskedRoom {
  readonly room: Asked;
  /** Codes of its questions, in order. */
  readonly polls: readonly string[];
}

/** A room whose questions have the menu to choose from unless said. */
export async function askRoom(
  origin: string,
  questions: readonly (string | object)[],
  parts: object = {},
): Promise<AskedRoom> {
  const polls = questions.map((question) => ({
    options: MENU,
    ...(typeof question === "string" ? { question } : question),
  }));
  const { roomId, hostKey, polls: codes } = await makeRoom(origin, [], { polls, ...parts });
  return { room: new Asked(origin, "rooms", roomId, hostKey), polls: codes };
}
