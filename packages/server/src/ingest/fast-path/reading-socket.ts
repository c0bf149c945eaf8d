import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { giveBack, type PartialFrame, takePartial } from './partial-frames.ts';
import type { Reader } from './shared-reads.ts';
import { copyOf, type ReadBuffer, type TextFrame, takeTextFrame, textFrameLength } from './text-frames.ts';

/**
 * The reading side of the server's end of a WebSocket. What ws does of RFC 6455 it does alone: this takes from it the one thing that comes all the time,
 * a text message in one frame.
 */
export abstract class ReadingSocket extends WebSocket implements Reader {
  #partial: PartialFrame | null = null;

  /** A message. The bytes are good for this call. */
  abstract received(data: Buffer, isBinary: boolean): void;

  /**
   * Whole text messages are taken as they lie there; ws gets the rest, in a copy. (With 5,000 connections at a message a second: 24 µs of CPU a message,
   * 45 when ws gets all: copies, streams, slices, unmasking a byte at a time, and the garbage they leave.)
   */
  read(buffer: ReadBuffer, count: number): void {
    let at = this.#partial === null ? 0 : this.#complete(this.#partial, buffer.bytes, count);
    while (at < count && this.#expectsMessage) {
      const end = this.#take(buffer, at, count);
      if (end === 0) break;
      at = end;
    }
    if (at < count && !this.#keep(buffer.bytes, at, count)) this.#giveToWs(buffer.bytes, at, count);
  }

  /** Whether a frame may be taken without ws: in the middle of a message, a frame or a close, ws alone knows what comes. */
  get #expectsMessage(): boolean {
    const { _state, _bufferedBytes, _fragmented } = this.#receiver;
    return this.readyState === WebSocket.OPEN && _state === BEGINNING && _bufferedBytes === 0 && _fragmented === 0;
  }

  /** Takes the message that begins there. Returns where it ends, or 0 if there is none that may be taken. */
  #take(buffer: ReadBuffer, at: number, to: number): number {
    if (!takeTextFrame(buffer, at, to, this.#receiver._maxPayload, frame)) return 0;
    const { start, end } = frame;
    this.received(buffer.bytes.subarray(start, end), false);
    return end;
  }

  /** Whether a message begins there of which the rest is still to come. */
  #keep(bytes: Buffer, at: number, to: number): boolean {
    if (!this.#expectsMessage) return false;
    const length = textFrameLength(bytes, at, to);
    // One that is all there, or that is too long, is for ws to refuse.
    if (length <= to - at || length > this.#receiver._maxPayload) return false;
    this.#partial = takePartial(length);
    this.#partial?.add(bytes, at, to);
    return this.#partial !== null;
  }

  /** Adds to a message that was kept. Returns where in `bytes` it ends. */
  #complete(partial: PartialFrame, bytes: Buffer, count: number): number {
    // A close that this side began meanwhile is ws's to end.
    const added = this.#expectsMessage ? partial.add(bytes, 0, count) : 0;
    if (added > 0 && !partial.isComplete) return added;
    this.#partial = null;
    const { buffer } = partial;
    if (added === 0 || this.#take(buffer, 0, partial.count) === 0) this.#giveToWs(buffer.bytes, 0, partial.count);
    giveBack(partial);
    return added;
  }

  #giveToWs(bytes: Buffer, from: number, to: number): void {
    const { _socket: socket } = this as unknown as Inside;
    socket.emit('data', copyOf(bytes, from, to));
  }

  get #receiver(): Inside['_receiver'] {
    return (this as unknown as Inside)._receiver;
  }

  /** Bytes of a message that is not complete. What is compressed counts as what it was inflated to. */
  get unfinished(): number {
    const { _bufferedBytes, _messageLength } = this.#receiver;
    return _bufferedBytes + _messageLength + (this.#partial?.count ?? 0);
  }

  /** Gives up what has come of a message that is not complete: the connection is gone. */
  forgetUnfinished(): void {
    if (this.#partial !== null) giveBack(this.#partial);
    this.#partial = null;
  }
}

/** Where the message lies that is being dealt with. */
const frame: TextFrame = { start: 0, end: 0 };

/** What ws holds of a message that is not complete: no other way tells, and how much memory that is must be known. */
interface Inside {
  readonly _socket: Duplex;
  readonly _receiver: {
    readonly _state: number;
    readonly _bufferedBytes: number;
    readonly _messageLength: number;
    /** The opcode of a message whose last frame has not come, else 0. */
    readonly _fragmented: number;
    readonly _maxPayload: number;
  };
}

/** GET_INFO in ws: the next byte begins a frame. */
const BEGINNING = 0;
