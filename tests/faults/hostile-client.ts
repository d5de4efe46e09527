import { decodeServerMessage } from "../../shared/codec.ts";
import { decodeClientMessage } from "../../shared/decode-client-message.ts";
import { MAX_FRAME_BYTES } from "../../shared/limits.ts";
import type { ServerMessage } from "../../shared/messages.ts";
import { CLOSE, isRefusal } from "../../shared/refusals.ts";
import { inTime } from "../support/wait-for.ts";
import { checkFrame } from "../wire/wire-node.ts";
import type { HostileFrame } from "./hostile-frames.ts";

/** Frames after which a client begins anew, as a new voter. */
const FRAMES_PER_SOCKET = 500;

/** Types of frames that answer; the others are news. A POLL_UPDATE may be either. */
const ANSWERS = ["ERROR", "PONG", "POLL_UPDATE", "VOTE_ACCEPTED", "VOTE_PENDING"];

/** What was made of the frames, and what should not have been. */
export interface FrameFigures {
  frames: number;
  /** By type, refusals by code, closes by number, and `none` for a good LEAVE_POLL, which has no answer. */
  readonly answers: Map<string, number>;
  readonly complaints: string[];
}

interface Waiting {
  readonly id: string | undefined;
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
    socket.send(frame);
    if (!isRefusal(outcome) && outcome.type === "LEAVE_POLL" && byteLength(frame) <= MAX_FRAME_BYTES) {
      socket.send('{"type":"PING","id":"after leaving"}');
      await this.#end("after leaving", frame);
      return this.#count("none");
    }
    const end = await this.#end(id, frame);
    this.#judge(frame, end, isRefusal(outcome));
    this.#count(typeof end === "number" ? `close ${end}` : end.type === "ERROR" ? end.data.code : end.type);
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
  #end(id: string | undefined, frame: HostileFrame): Promise<ServerMessage | number> {
    const answered = new Promise<ServerMessage | number>((end) => {
      this.#waiting = { id, end };
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
    if (ANSWERS.includes(frame.type) && frame.id === this.#waiting?.id) this.#waiting?.end(frame);
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

  #count(answer: string): void {
    this.#figures.answers.set(answer, (this.#figures.answers.get(answer) ?? 0) + 1);
  }
}

function byteLength(frame: HostileFrame): number {
  return typeof frame === "string" ? Buffer.byteLength(frame) : frame.length;
}
