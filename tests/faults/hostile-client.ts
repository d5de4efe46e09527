import { decodeServerMessage } from "../../shared/codec.ts";
import { decodeClientMessage } from "../../shared/decode-client-message.ts";
import { MAX_FRAME_BYTES } from "../../shared/limits.ts";
import type { ClientMessage, ServerMessage } from "../../shared/messages.ts";
import { CLOSE, isRefusal } from "../../shared/refusals.ts";
import { inTime } from "../support/wait-for.ts";
import { checkFrame } from "../wire/wire-node.ts";
import type { HostileFrame } from "./hostile-frames.ts";

/** Frames after which a client begins anew, as a new voter. */
const FRAMES_PER_SOCKET = 500;

/** What may answer a frame; other types are news. Without an id only the type tells. */
const ANSWERS: Record<ClientMessage["type"] | "bad", readonly ServerMessage["type"][]> = {
  JOIN_POLL: ["ERROR", "POLL_UPDATE"],
  LEAVE_POLL: ["ERROR", "PONG"],
  JOIN_ROOM: ["ERROR", "ROOM_UPDATE"],
  LEAVE_ROOM: ["ERROR", "PONG"],
  CAST_VOTE: ["ERROR", "VOTE_ACCEPTED", "VOTE_PENDING"],
  PING: ["PONG"],
  bad: ["ERROR"],
};

/** Frames without an answer; an answer to what is sent after them says that they were read. */
const UNANSWERED: ReadonlySet<keyof typeof ANSWERS> = new Set(["LEAVE_POLL", "LEAVE_ROOM"] as const);

/** What was made of the frames, and what should not have been. */
export interface FrameFigures {
  frames: number;
  /** By type, refusals by code, closes by number, and `none` for a good LEAVE_POLL or LEAVE_ROOM. */
  readonly answers: Map<string, number>;
  readonly complaints: string[];
}

interface Waiting {
  readonly id: string | undefined;
  readonly types: readonly ServerMessage["type"][];
  readonly end: (end: ServerMessage | number) => void;
}

/** Sends one frame after the other, each after the answer to the one before. */
export class HostileClient {
  readonly #wsUrl: string;
  readonly #figures: FrameFigures;
  #socket: WebSocket | null = null;
  #sent = 0;
  #waiting: Waiting | null = null;

  constructor(wsUrl: string, figures: FrameFigures) {
    this.#wsUrl = wsUrl;
    this.#figures = figures;
  }

  /** Resolves when the frame has its answer, or has cost the socket. Rejects if neither comes. */
  async send(frame: HostileFrame): Promise<void> {
    if (this.#sent === FRAMES_PER_SOCKET) this.close();
    const socket = await this.#open();
    this.#figures.frames += 1;
    this.#sent += 1;
    const { outcome, id } = decodeClientMessage(frame);
    const kind = isRefusal(outcome) || byteLength(frame) > MAX_FRAME_BYTES ? "bad" : outcome.type;
    socket.send(frame);
    if (UNANSWERED.has(kind)) socket.send('{"type":"PING","id":"after leaving"}');
    const end = await this.#end(UNANSWERED.has(kind) ? "after leaving" : id, kind, frame);
    this.#judge(frame, end, kind === "bad");
    this.#count(kind, end);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket) socket.onclose = socket.onmessage = null;
    socket?.close();
  }

  async #open(): Promise<WebSocket> {
    if (this.#socket) return this.#socket;
    const socket = new WebSocket(this.#wsUrl);
    this.#socket = socket;
    this.#sent = 0;
    await inTime("a socket to open", new Promise((opened) => socket.addEventListener("open", opened)));
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = ({ code }) => {
      this.#socket = null;
      this.#waiting?.end(code);
    };
    return socket;
  }

  /** The answer that repeats the id, or any answer without one; a number is the code the socket was closed with. */
  #end(
    id: string | undefined,
    kind: keyof typeof ANSWERS,
    frame: HostileFrame,
  ): Promise<ServerMessage | number> {
    const answered = new Promise<ServerMessage | number>((end) => {
      this.#waiting = { id, types: ANSWERS[kind], end };
    });
    return inTime(`an answer to ${String(frame).slice(0, 300)}`, answered);
  }

  #hear(text: unknown): void {
    const frame = decodeServerMessage(text);
    if (!frame) {
      this.#complain(`no frame: ${text}`);
      return;
    }
    try {
      checkFrame(frame);
    } catch (misfit) {
      this.#complain(`${text}: ${misfit}`);
    }
    const { id, types, end } = this.#waiting ?? {};
    if (types?.includes(frame.type) && frame.id === id) end?.(frame);
  }

  #judge(frame: HostileFrame, end: ServerMessage | number, isBad: boolean): void {
    const tooLarge = byteLength(frame) > MAX_FRAME_BYTES;
    const fits = tooLarge
      ? end === CLOSE.FRAME_TOO_LARGE
      : typeof end !== "number" &&
        !(end.type === "ERROR" && end.data.code === "UNAVAILABLE") &&
        (!isBad || (end.type === "ERROR" && end.data.code === "BAD_MESSAGE"));
    if (!fits) this.#complain(`${String(frame).slice(0, 300)} → ${JSON.stringify(end)}`);
  }

  #complain(complaint: string): void {
    this.#figures.complaints.push(complaint);
  }

  #count(kind: keyof typeof ANSWERS, end: ServerMessage | number): void {
    const said = typeof end === "number" ? `close ${end}` : end.type === "ERROR" ? end.data.code : end.type;
    const answer = UNANSWERED.has(kind) && said === "PONG" ? "none" : said;
    this.#figures.answers.set(answer, (this.#figures.answers.get(answer) ?? 0) + 1);
  }
}

function byteLength(frame: HostileFrame): number {
  return typeof frame === "string" ? Buffer.byteLength(frame) : frame.length;
}
