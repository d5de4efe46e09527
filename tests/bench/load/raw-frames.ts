/** WebSocket frames by hand: a load generator that shares two cores must cost less than what it measures. */

const TEXT = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** One masked text frame. The mask is zero, which the protocol allows and which saves the work of masking. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const short = payload.length < LENGTH_16;
  const frame = Buffer.alloc((short ? 6 : 8) + payload.length);
  frame[0] = TEXT;
  frame[1] = 0x80 | (short ? payload.length : LENGTH_16);
  if (!short) frame.writeUInt16BE(payload.length, 2);
  payload.copy(frame, frame.length - payload.length);
  return frame;
}

/** Cuts the bytes of one socket into the texts that the server sent. Pings are left out: no run lasts that long. */
export class FrameReader {
  #rest: Buffer | null = null;

  /** Calls `hear` with every text that `chunk` completes. Throws when the server closes. */
  read(chunk: Buffer, hear: (text: string) => void): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (at + 2 <= bytes.length) {
      const start = payloadStart(bytes, at);
      const end = start + payloadLength(bytes, at);
      if (start > bytes.length || end > bytes.length) break;
      const opcode = (bytes[at] ?? 0) & 0x0f;
      if (opcode === 1) hear(bytes.toString("latin1", start, end));
      if (opcode === 8) throw new Error(`the server closed: ${bytes.toString("latin1", start + 2, end)}`);
      at = end;
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : null;
  }
}

function payloadStart(bytes: Buffer, at: number): number {
  const length = (bytes[at + 1] ?? 0) & 0x7f;
  if (length < LENGTH_16) return at + 2;
  return length === LENGTH_64 ? at + 10 : at + 4;
}

function payloadLength(bytes: Buffer, at: number): number {
  const length = (bytes[at + 1] ?? 0) & 0x7f;
  if (length < LENGTH_16) return length;
  if (payloadStart(bytes, at) > bytes.length) return 0;
  return length === LENGTH_64 ? Number(bytes.readBigUInt64BE(at + 2)) : bytes.readUInt16BE(at + 2);
}
