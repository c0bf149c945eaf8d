import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { BufferedBytes } from './buffered-bytes.ts';
import { type PartialFrame, releasePartial, takePartial } from './partial-frames.ts';
import type { Reader } from './shared-reads.ts';
import { copyOf, type ReadBuffer, type TextFrame, takeTextFrame, textFrameLength } from './text-frames.ts';

/**
 * The reading side of the server's end of a WebSocket. By default ws reads everything. After `startFastPath`, text
 * messages that consist of one frame (nearly all messages) bypass ws. Everything else still goes to ws, because it
 * implements all of RFC 6455.
 */
export abstract class ReadingSocket extends WebSocket implements Reader {
  /** Where bytes for ws go; `null` while ws reads the socket itself. */
  #socket: Duplex | null = null;
  #messageBytes = 0;
  #partial: PartialFrame | null = null;
  /** Counts for `bufferedBytes` where the private fields of ws are not used. */
  #buffered: BufferedBytes | null = null;

  /** Called with each message. The bytes are valid during this call only. */
  abstract received(data: Buffer, isBinary: boolean): void;

  /**
   * From now on `read` gets what the socket reads, and the private fields of ws are relied upon: check them first
   * (`receiverProblem`).
   *
   * @param socket the socket that ws listens to
   * @param messageBytes longer messages are left to ws, which rejects them
   */
  startFastPath(socket: Duplex, messageBytes: number): void {
    this.#socket = socket;
    this.#messageBytes = messageBytes;
  }

  /**
   * From now on `bufferedBytes` is counted without the private fields of ws. Call before the socket's first `data`
   * event.
   */
  countBufferedBytes(socket: Duplex, messageBytes: number): void {
    const buffered = new BufferedBytes(messageBytes);
    this.#buffered = buffered;
    socket.on('data', (chunk: Buffer) => buffered.add(chunk));
    this.on('message', () => buffered.delivered());
  }

  /**
   * Takes complete text messages out of the buffer in place and copies the rest for ws. (With 5,000 connections at one
   * message per second: 24 µs of CPU per message, 45 when ws gets everything, because of copies, streams, slices,
   * unmasking byte by byte, and the garbage they leave.)
   */
  read(buffer: ReadBuffer, count: number): void {
    let at = this.#partial === null ? 0 : this.#complete(this.#partial, buffer.bytes, count);
    while (at < count && this.#expectsMessage) {
      const end = this.#take(buffer, at, count);
      if (end === 0) break;
      at = end;
    }
    if (at < count && !this.#begin(buffer.bytes, at, count)) this.#passToWs(buffer.bytes, at, count);
  }

  /** Whether a frame may bypass ws. Within a message, a frame or a close, only ws knows what comes next. */
  get #expectsMessage(): boolean {
    const { _state, _bufferedBytes, _fragmented } = receiverOf(this);
    return this.readyState === WebSocket.OPEN && _state === FRAME_START && _bufferedBytes === 0 && _fragmented === 0;
  }

  /** Takes the message that begins at `at`. Returns where it ends, or 0 if it has to be left to ws. */
  #take(buffer: ReadBuffer, at: number, to: number): number {
    if (!takeTextFrame(buffer, at, to, this.#messageBytes, frame)) return 0;
    const { start, end } = frame;
    this.received(buffer.bytes.subarray(start, end), false);
    return end;
  }

  /** Stores the beginning of a message whose rest is still to come. Returns false if it has to be left to ws. */
  #begin(bytes: Buffer, at: number, to: number): boolean {
    if (!this.#expectsMessage) return false;
    const length = textFrameLength(bytes, at, to);
    // A frame that is complete was left by `#take`, and one that is too long has to be rejected: both are for ws.
    if (length <= to - at || length > this.#messageBytes) return false;
    this.#partial = takePartial(length);
    this.#partial?.add(bytes, at, to);
    return this.#partial !== null;
  }

  /** Adds to the partial message. Returns where in `bytes` it ends. */
  #complete(partial: PartialFrame, bytes: Buffer, count: number): number {
    // If this side has begun to close meanwhile, ws has to read the rest.
    const added = this.#expectsMessage ? partial.add(bytes, 0, count) : 0;
    if (added > 0 && !partial.isComplete) return added;
    this.#partial = null;
    const { buffer } = partial;
    if (added === 0 || this.#take(buffer, 0, partial.count) === 0) this.#passToWs(buffer.bytes, 0, partial.count);
    releasePartial(partial);
    return added;
  }

  #passToWs(bytes: Buffer, from: number, to: number): void {
    this.#socket!.emit('data', copyOf(bytes, from, to));
  }

  /** Bytes in memory of a message that is not complete. Compressed data counts as what it was inflated to. */
  get bufferedBytes(): number {
    if (this.#buffered !== null) return this.#buffered.value;
    const { _bufferedBytes, _messageLength } = receiverOf(this);
    return _bufferedBytes + _messageLength + (this.#partial?.count ?? 0);
  }

  /** Discards an incomplete message. To be called when the connection is gone. */
  discardPartial(): void {
    if (this.#partial !== null) releasePartial(this.#partial);
    this.#partial = null;
  }
}

/** Reused for each message, so that taking one allocates nothing. */
const frame: TextFrame = { start: 0, end: 0 };

/** The private fields of ws's receiver that are read. README.md says what each is for. */
export interface ReceiverFields {
  readonly _state: number;
  readonly _bufferedBytes: number;
  readonly _messageLength: number;
  readonly _fragmented: number;
}

/** The value of `_state` (GET_INFO in ws) when the next byte begins a frame. */
export const FRAME_START = 0;

export function receiverOf(webSocket: WebSocket): ReceiverFields {
  return (webSocket as unknown as { readonly _receiver: ReceiverFields })._receiver;
}
