import { type RawData, WebSocket } from 'ws';
import type { ClientQuota } from '../admission/admission.ts';
import type { Refusals } from '../admission/refusals.ts';
import { errorCode } from '../errors/error-code.ts';
import { ERRORS } from '../errors/errors.ts';
import type { RefusalName } from '../errors/refusals.ts';
import type { Counts } from '../metrics/counts.ts';
import type { SessionConnection } from '../session/session.ts';
import { ReadingSocket } from './fast-path/reading-socket.ts';

/** A connection may send this many seconds' worth of its rates at once. When it exceeds that, it is paused. */
const BURST_SECONDS = 10;
/** A connection that stays over its rates for this long is closed. */
const GRACE_SECONDS = 10;
/** Messages that a rejected client may send before it has received the close frame. */
const MAX_MESSAGES_AFTER_REJECTION = 1000;

const ABNORMAL_CLOSURE = 1006;
const PROTOCOL_ERROR = 1002;
/** Close codes (RFC 6455, 7.4.1) for errors of ws's receiver. */
const CLOSE_CODES: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: ERRORS.MESSAGE_TOO_LARGE.closeCode,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: ERRORS.MESSAGE_TOO_LARGE.closeCode,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_INVALID_UTF8: 1007,
};
const INVALID_PAYLOAD = 1007;

/** The methods of a session (session/session.ts, foreign/) that its connection calls. */
export interface MessageSink {
  /** A text message. */
  message(raw: Uint8Array): void;
  binary(raw: Uint8Array): void;
  /** Resolves when it takes messages again; undefined when it does so now. */
  readonly busy: Promise<void> | undefined;
  /** The connection is gone. Called once, and nothing after it. Does not throw or reject. */
  close(closeCode: number): void;
}

/** Shared by all connections of a listener. */
export interface ConnectionOwner {
  readonly counts: Counts;
  readonly refusals: Refusals;
  readonly limits: ConnectionLimits;
  /** Called once, when the connection is closed. `quota`: null if it was rejected. */
  closed(connection: ClientSocket, quota: ClientQuota | null): void;
}

export interface ConnectionLimits {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly idleSeconds: number;
}

/**
 * The server's end of one WebSocket. It has no closures and no timers of its own: its listeners are shared functions,
 * its state is in fields, and `everySecond` is its clock, because memory per idle connection limits how many
 * connections fit.
 */
export class ClientSocket extends ReadingSocket implements SessionConnection {
  #owner: ConnectionOwner | null = null;
  #session: MessageSink | null = null;
  #quota: ClientQuota | null = null;
  /** The code that this side closed with, 0 before. It takes precedence over the code that the peer answers. */
  #closeCode = 0;
  /** Messages and bytes that it may send until it is paused; negative when over budget. */
  #messages = 0;
  #bytes = 0;
  /** Whether it is paused until its session takes messages again. */
  #waits = false;
  /** Consecutive seconds for which it has been paused. */
  #pausedSeconds = 0;
  /** Seconds since it last sent anything complete. */
  #quietSeconds = 0;
  /** `bufferedBytes` when it was last pinged. */
  #bufferedAtPing = 0;

  begin(owner: ConnectionOwner, session: MessageSink, quota: ClientQuota): void {
    this.#session = session;
    this.#quota = quota;
    this.#listen(owner, BURST_SECONDS * owner.limits.messagesPerSecond);
  }

  /** Closes a connection that was never admitted. */
  reject(owner: ConnectionOwner, closeCode: number): void {
    this.#listen(owner, MAX_MESSAGES_AFTER_REJECTION);
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

  end(reason: 'DUMP_TOO_LARGE' | 'INTERNAL' | 'GOING_AWAY' | 'CLIENT_NOT_SUPPORTED' | 'SUBJECT_ERASED'): void {
    if (reason === 'DUMP_TOO_LARGE') this.#owner!.refusals.add('dumpBytes');
    const { closeCode, message } = ERRORS[reason];
    // The other codes say enough. 1003 alone says only that the data is of a type that is not accepted.
    this.#end(closeCode, reason === 'CLIENT_NOT_SUPPORTED' ? message : undefined);
    // Resume a client that was paused for its rates, because messages that are already on their way must not be lost.
    if (this.#isDraining) this.resume();
  }

  /** Whether the gateway is stopping: nothing that the client sends later will be read. */
  get #isDraining(): boolean {
    return this.#closeCode === ERRORS.GOING_AWAY.closeCode;
  }

  #end(closeCode: number, text?: string): void {
    // The side that closed first determines the code, even while the peer's answer is on its way.
    if (this.#closeCode === 0 && this.readyState === WebSocket.OPEN) this.#closeCode = closeCode;
    this.close(closeCode, text);
  }

  received(data: Buffer, isBinary: boolean): void {
    this.#spend(data.length);
    const session = this.#session;
    if (session === null) return;
    const { counts } = this.#owner!;
    counts.messages++;
    counts.messageBytes += data.length;
    if (isBinary) session.binary(data);
    else session.message(data);
    if (session.busy !== undefined && !this.#waits) void this.#wait(session.busy);
  }

  /**
   * Reads nothing more until the session takes messages again. That time is not the client's fault: it is not counted
   * as exceeding the rates, and no sign of life is expected.
   */
  async #wait(busy: Promise<void>): Promise<void> {
    this.#waits = true;
    if (!this.#isDraining) this.pause();
    await busy;
    this.#waits = false;
    this.#quietSeconds = 0;
    if (this.isPaused && ((this.#messages >= 0 && this.#bytes >= 0) || this.#isDraining)) this.resume();
  }

  /** A ping or a pong is a sign of life. It counts as a message, because answering it costs as much. */
  controlled(): void {
    this.#spend(0);
  }

  #spend(bytes: number): void {
    this.#quietSeconds = 0;
    this.#bytes -= bytes;
    if (--this.#messages >= 0 && this.#bytes >= 0) return;
    if (this.#session === null) this.terminate();
    else if (!this.isPaused && !this.#isDraining) {
      this.#owner!.counts.pauses++;
      this.pause();
    }
  }

  /** Applies the rates and the heartbeat. */
  everySecond(): void {
    if (this.readyState !== WebSocket.OPEN || this.#waits) return;
    const busy = this.#session?.busy;
    if (busy !== undefined) {
      // It has not sent anything since, but what it sends would have to wait in memory.
      void this.#wait(busy);
      return;
    }
    if (this.isPaused) this.#checkPause();
    else this.#checkIdle();
  }

  /**
   * Destroys the socket without a close frame, because the client is in the middle of a message and would not answer.
   */
  cutOff(refusal: RefusalName): void {
    this.#owner!.refusals.add(refusal);
    this.terminate();
  }

  #checkPause(): void {
    const { limits, refusals } = this.#owner!;
    if (++this.#pausedSeconds >= GRACE_SECONDS) {
      refusals.add(this.#messages < 0 ? 'messagesPerSecond' : 'bytesPerSecond');
      // It stays paused, so that nothing more is read from it.
      this.#end(ERRORS.TOO_MANY_MESSAGES.closeCode);
      return;
    }
    this.#refill(limits);
    if (this.#messages >= 0 && this.#bytes >= 0) this.resume();
  }

  #checkIdle(): void {
    const { limits } = this.#owner!;
    this.#pausedSeconds = 0;
    this.#refill(limits);
    const quiet = ++this.#quietSeconds;
    if (quiet === limits.idleSeconds) {
      this.#bufferedAtPing = this.bufferedBytes;
      this.ping();
    } else if (quiet >= 2 * limits.idleSeconds) {
      // A client cannot answer in the middle of a large message, so progress counts as a sign of life.
      if (this.bufferedBytes > this.#bufferedAtPing) this.#quietSeconds = limits.idleSeconds - 1;
      else this.cutOff('idleSeconds');
    }
  }

  #refill({ messagesPerSecond, bytesPerSecond }: ConnectionLimits): void {
    this.#messages = Math.min(this.#messages + messagesPerSecond, BURST_SECONDS * messagesPerSecond);
    this.#bytes = Math.min(this.#bytes + bytesPerSecond, BURST_SECONDS * bytesPerSecond);
  }

  gone(code: number): void {
    this.discardPartial();
    const session = this.#session;
    this.#session = null;
    session?.close(this.#closeCode || code);
    this.#owner!.closed(this, this.#quota);
  }

  failed(error: Error): void {
    const code = errorCode(error) ?? '';
    // Other errors (ECONNRESET, EPIPE) come from the network; the socket's `close` event reports them as 1006.
    if (this.#session === null || this.#closeCode !== 0 || !/^(WS_ERR|Z)_/.test(code)) return;
    this.#closeCode = CLOSE_CODES[code] ?? (code.startsWith('Z_') ? INVALID_PAYLOAD : PROTOCOL_ERROR);
    const tooLarge = this.#closeCode === ERRORS.MESSAGE_TOO_LARGE.closeCode;
    this.#owner!.refusals.add(tooLarge ? 'messageBytes' : 'protocol');
  }
}

// `binaryType` keeps its default, so a message is always one Buffer.
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
