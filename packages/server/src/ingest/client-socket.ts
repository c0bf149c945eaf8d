import { type RawData, WebSocket } from 'ws';
import type { Caller } from '../admission/admission.ts';
import type { Refusals } from '../admission/refusals.ts';
import { errorCode } from '../errors/error-code.ts';
import { ERRORS } from '../errors/errors.ts';
import type { RefusalName } from '../errors/refusals.ts';
import type { Counts } from '../metrics/counts.ts';
import type { SessionConnection } from '../session/session.ts';
import { ReadingSocket } from './fast-path/reading-socket.ts';

/** What a connection may send so many seconds' worth of at once, beyond which it is read more slowly … */
const BURST_SECONDS = 10;
/** … and how long that may go on before it is closed. */
const GRACE_SECONDS = 10;
/** Messages that a client that is turned away may have sent before it is told, or knows. */
const UNHEARD_MESSAGES = 1000;

const ABNORMAL_CLOSURE = 1006;
const PROTOCOL_ERROR = 1002;
/** Errors of the receiver that have a code of their own (RFC 6455, 7.4.1). */
const CLOSE_CODES: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: ERRORS.MESSAGE_TOO_LARGE.closeCode,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: ERRORS.MESSAGE_TOO_LARGE.closeCode,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_INVALID_UTF8: 1007,
};
const INVALID_PAYLOAD = 1007;

/** The methods of a session (session/session.ts) that its connection calls. */
export interface MessageSink {
  /** A text message. */
  message(raw: Uint8Array): void;
  binary(): void;
  /** The connection is gone. Called once, and nothing after it. */
  close(closeCode: number): void;
}

/** What the connections of a listener share. */
export interface ConnectionOwner {
  readonly counts: Counts;
  readonly refusals: Refusals;
  readonly limits: ConnectionLimits;
  /** The connection is gone. */
  closed(connection: ClientSocket, caller: Caller | null): void;
}

export interface ConnectionLimits {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly idleSeconds: number;
}

/**
 * The server's end of one WebSocket. Its listeners are shared functions, its state is fields and its clock is `everySecond`: with
 * thousands of idle connections, what one of them costs is the product's memory.
 */
export class ClientSocket extends ReadingSocket implements SessionConnection {
  #owner: ConnectionOwner | null = null;
  #session: MessageSink | null = null;
  #caller: Caller | null = null;
  /** The code this side closed with; what the peer answers does not change why it ended. */
  #closeCode = 0;
  /** What it may send until it is paused; below 0 by what it sent too much. */
  #messages = 0;
  #bytes = 0;
  /** Seconds in a row in which it was paused. */
  #pausedSeconds = 0;
  #quietSeconds = 0;
  /** Bytes of a message that was not complete when it was asked for a sign of life. */
  #unfinishedThen = 0;

  begin(owner: ConnectionOwner, session: MessageSink, caller: Caller): void {
    this.#session = session;
    this.#caller = caller;
    this.#listen(owner, BURST_SECONDS * owner.limits.messagesPerSecond);
  }

  /** Says why and goes. */
  reject(owner: ConnectionOwner, closeCode: number): void {
    this.#listen(owner, UNHEARD_MESSAGES);
    this.close(closeCode);
  }

  #listen(owner: ConnectionOwner, messages: number): void {
    this.#owner = owner;
    this.#messages = messages;
    this.#bytes = BURST_SECONDS * owner.limits.bytesPerSecond;
    this.on('message', onMessage);
    this.on('ping', onControl);
    this.on('pong', onControl);
    this.on('close', onClose);
    this.on('error', onError);
  }

  end(reason: 'DUMP_TOO_LARGE' | 'INTERNAL' | 'GOING_AWAY'): void {
    if (reason === 'DUMP_TOO_LARGE') this.#owner!.refusals.add('dumpBytes');
    this.#end(ERRORS[reason].closeCode);
    // What it sent until it is told must not be lost for having come too fast.
    if (this.#isLeft) this.resume();
  }

  /** Whether the gateway goes: what comes from now on is the last. */
  get #isLeft(): boolean {
    return this.#closeCode === ERRORS.GOING_AWAY.closeCode;
  }

  #end(closeCode: number): void {
    // Whoever closed first says why, also while the other end's answer is on its way.
    if (this.#closeCode === 0 && this.readyState === WebSocket.OPEN) this.#closeCode = closeCode;
    this.close(closeCode);
  }

  received(data: Buffer, isBinary: boolean): void {
    this.#spend(data.length);
    const session = this.#session;
    if (session === null) return;
    const { counts } = this.#owner!;
    counts.messages++;
    counts.messageBytes += data.length;
    if (isBinary) session.binary();
    else session.message(data);
  }

  /** A ping or a pong: it lives. Counted like a message, since answering costs as much. */
  controlled(): void {
    this.#spend(0);
  }

  #spend(bytes: number): void {
    this.#quietSeconds = 0;
    this.#bytes -= bytes;
    if (--this.#messages >= 0 && this.#bytes >= 0) return;
    if (this.#session === null) this.terminate();
    else if (!this.isPaused && !this.#isLeft) {
      this.#owner!.counts.pauses++;
      this.pause();
    }
  }

  /** The rates and the heartbeat. */
  everySecond(): void {
    if (this.readyState !== WebSocket.OPEN) return;
    if (this.isPaused) this.#hold();
    else this.#beat();
  }

  /** Ends it without a word, as a message that is not complete leaves no room for one. */
  cutOff(refusal: RefusalName): void {
    this.#owner!.refusals.add(refusal);
    this.terminate();
  }

  #hold(): void {
    const { limits, refusals } = this.#owner!;
    if (++this.#pausedSeconds >= GRACE_SECONDS) {
      refusals.add(this.#messages < 0 ? 'messagesPerSecond' : 'bytesPerSecond');
      // Stays paused: what it goes on sending is not read any more.
      this.#end(ERRORS.TOO_MANY_MESSAGES.closeCode);
      return;
    }
    this.#refill(limits);
    if (this.#messages >= 0 && this.#bytes >= 0) this.resume();
  }

  #beat(): void {
    const { limits } = this.#owner!;
    this.#pausedSeconds = 0;
    this.#refill(limits);
    const quiet = ++this.#quietSeconds;
    if (quiet === limits.idleSeconds) {
      this.#unfinishedThen = this.unfinished;
      this.ping();
    } else if (quiet >= 2 * limits.idleSeconds) {
      // No pong comes in the middle of a large message; that more of it came is as good.
      if (this.unfinished > this.#unfinishedThen) this.#quietSeconds = limits.idleSeconds - 1;
      else this.cutOff('idleSeconds');
    }
  }

  #refill({ messagesPerSecond, bytesPerSecond }: ConnectionLimits): void {
    this.#messages = Math.min(this.#messages + messagesPerSecond, BURST_SECONDS * messagesPerSecond);
    this.#bytes = Math.min(this.#bytes + bytesPerSecond, BURST_SECONDS * bytesPerSecond);
  }

  gone(code: number): void {
    this.forgetUnfinished();
    const session = this.#session;
    this.#session = null;
    session?.close(this.#closeCode || code);
    this.#owner!.closed(this, this.#caller);
  }

  failed(error: Error): void {
    const code = errorCode(error) ?? '';
    // Anything else (ECONNRESET, EPIPE) is the network's, and the socket's own close says 1006.
    if (this.#session === null || this.#closeCode !== 0 || !/^(WS_ERR|Z)_/.test(code)) return;
    this.#closeCode = CLOSE_CODES[code] ?? (code.startsWith('Z_') ? INVALID_PAYLOAD : PROTOCOL_ERROR);
    const tooLarge = this.#closeCode === ERRORS.MESSAGE_TOO_LARGE.closeCode;
    this.#owner!.refusals.add(tooLarge ? 'messageBytes' : 'protocol');
  }
}

// `binaryType` stays at its default, so that a message is always one Buffer.
function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  (this as ClientSocket).received(data as Buffer, isBinary);
}

function onControl(this: WebSocket): void {
  (this as ClientSocket).controlled();
}

function onClose(this: WebSocket, code: number): void {
  (this as ClientSocket).gone(code || ABNORMAL_CLOSURE);
}

function onError(this: WebSocket, error: Error): void {
  (this as ClientSocket).failed(error);
}
