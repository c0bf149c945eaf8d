import { randomUUIDv7 } from 'node:crypto';
import { FILE_FORMAT, identityOfLine, type SessionIdentity } from '@rtcstats-server/dump';
import {
  Anonymizer,
  type CleanLine,
  type CompiledPolicy,
  type DropReason,
  type Locate,
  type Receipt,
} from '@rtcstats-server/privacy';
import type { Counts } from '../metrics/counts.ts';
import type { NetworkNames } from '../net/client-network.ts';
import type { SpoolBudget } from '../spool/budget.ts';
import type { ClosedSession, SessionSubject } from '../spool/record.ts';
import type { Spool } from '../spool/spool.ts';
import type { SpoolFile, SpoolOwner, UnwrittenSession } from '../spool/spool-file.ts';
import type { AnonymizerThread } from './anonymizer-thread.ts';
import { callStart, endTimes } from './call-times.ts';
import { LargeMessages } from './large-messages.ts';
import type { SessionOrigin } from './origin.ts';
import { sessionHeader } from './session-header.ts';
import type { SessionPolicies } from './session-policies.ts';

/** The parts of a gateway that all sessions share. */
export interface SessionContext {
  readonly policies: SessionPolicies;
  readonly spool: Spool;
  readonly budget: Pick<SpoolBudget, 'shortage' | 'failed'>;
  /** Largest size of a dump, in bytes. */
  readonly dumpBytes: number;
  /** Largest size of a webrtc-internals dump, in bytes. */
  readonly internalsBytes: number;
  /** The location of a public address, at the configured level of detail. */
  readonly locate: Locate;
  /** Whether the sessions are dumps that a gateway may have anonymized before; see `AnonymizerOptions`. */
  readonly keepsDerived?: boolean;
  readonly counts: Counts;
  /** Anonymizes large messages. */
  readonly anonymizerThread: Pick<AnonymizerThread, 'run' | 'takes'>;
  /** Names the networks of clients, the same for connections and uploads. */
  readonly networks: NetworkNames;
  /** Whether `identity` events of clients, which nobody signs, are ignored. Default: they are used. */
  readonly ignoresIdentityEvents?: boolean;
  /** The sessions that are being recorded; for those who have to find one of them. */
  readonly recording?: Set<Session>;
  /** Hands the closed session over to the finishing step. */
  finish(left: ClosedSession | UnwrittenSession): void;
}

/** The part of a connection that a session needs. */
export interface SessionConnection {
  end(code: 'DUMP_TOO_LARGE' | 'INTERNAL' | 'SUBJECT_ERASED'): void;
}

/**
 * One connection, from its first message to a closed spool file:
 *
 *     waiting --message()--> recording --close()--> spool file, handed to `finish`
 *        |                       |---discard()----> nothing is left
 *        '-------close()--------------------------> nothing was written
 *
 * A waiting session holds neither an anonymizer nor a file, because many connections never send a message that is
 * stored.
 */
export class Session implements SpoolOwner {
  readonly id: string = randomUUIDv7();
  readonly #context: SessionContext;
  readonly #connection: SessionConnection;
  readonly #startedAt: number = Date.now();
  /** Fixed when the session starts, so that its pseudonyms do not change when a new epoch begins. */
  readonly #policy: CompiledPolicy;
  /** A hash, so it may be kept until the end, unlike the other facts of `#origin`. */
  readonly #network: string | null;
  /** When the call began that a dump made elsewhere is of, in milliseconds; undefined if that is not known. */
  readonly #callStart: number | undefined;
  #origin: SessionOrigin | null;
  /** The identity in the client's `identity` event, anonymized. */
  #identity: SessionIdentity | null = null;
  #anonymizer: Anonymizer | null = null;
  #file: SpoolFile | null = null;
  #lastMessageAt = 0;
  #full = false;
  #discarded = false;
  /** Created with the first large message. */
  #large: LargeMessages | null = null;
  readonly #preset: SessionOrigin['preset'];

  constructor(context: SessionContext, connection: SessionConnection, origin: SessionOrigin) {
    this.#context = context;
    this.#connection = connection;
    this.#origin = origin;
    this.#preset = origin.preset;
    this.#network = origin.network;
    this.#callStart = callStart(origin.upload?.startTime, this.#startedAt);
    this.#policy = context.policies.current(origin.preset, this.#startedAt);
  }

  /**
   * Anonymizes a text message and appends it to the spool file; the first one creates the file. A large message is
   * anonymized in another thread, and those after it wait.
   */
  message(raw: Uint8Array): void {
    if (this.#full) return;
    if (this.#large?.done !== undefined) {
      this.#large.wait(raw, false);
      return;
    }
    this.#anonymizer ??= this.#newAnonymizer();
    const line = this.#anonymizer.messageIfQuick(raw);
    if (line === undefined) this.#messageApart(raw, this.#anonymizer);
    else this.#store(line, this.#anonymizer);
  }

  /**
   * Resolves when every message is anonymized and the spool has room for more; undefined when that is so now. Do not
   * send more until then.
   */
  get busy(): Promise<void> | undefined {
    return this.#large?.done ?? this.#context.spool.full;
  }

  #messageApart(raw: Uint8Array, anonymizer: Anonymizer): void {
    const { anonymizerThread, policies } = this.#context;
    const job = policies.portable(this.#preset, this.#startedAt);
    if (!anonymizerThread.takes(raw.length, job)) {
      this.#store(anonymizer.message(raw), anonymizer);
      return;
    }
    this.#large ??= new LargeMessages(anonymizerThread);
    this.#large.begin(
      raw,
      anonymizer,
      job,
      (line) => this.#store(line, anonymizer),
      (message, isBinary) => (isBinary ? this.binary(message) : this.message(message)),
    );
  }

  #store(line: CleanLine | null, anonymizer: Anonymizer): void {
    if (line === null || this.#discarded) return;
    if (!this.#context.ignoresIdentityEvents) this.#identity ??= identityOfLine(line) ?? null;
    this.#file ??= this.#begin(anonymizer);
    this.#file.append(line);
    this.#lastMessageAt = Date.now();
    if (this.#file.bytes >= this.#context.dumpBytes) {
      this.#full = true;
      this.#connection.end('DUMP_TOO_LARGE');
    }
  }

  /** Counts a binary message as dropped, because the protocol has no binary messages. */
  binary(raw: Uint8Array): void {
    if (this.#large?.done !== undefined) {
      this.#large.wait(raw, true);
      return;
    }
    this.#anonymizer ??= this.#newAnonymizer();
    this.#anonymizer.drop('binary', raw);
  }

  /** Counts a message that was dropped before it became an event. */
  drop(reason: DropReason): void {
    this.#anonymizer ??= this.#newAnonymizer();
    this.#anonymizer.drop(reason);
  }

  /** Messages that were not stored so far, by reason. */
  get dropped(): Receipt['dropped'] {
    return this.#anonymizer?.receipt().dropped ?? {};
  }

  /** Whether a message was stored. */
  get begun(): boolean {
    return this.#file !== null;
  }

  /**
   * Deletes everything, including the spool file, for an upload that failed. The session must not be used afterwards.
   */
  discard(): void {
    void this.#discard();
  }

  /**
   * Ends the session because its subject is erased: closes the connection, ignores what still arrives, and removes
   * everything. Resolves when nothing is left in the spool but what the write-ahead log still has.
   */
  async erase(): Promise<void> {
    this.#full = true;
    const discarded = this.#discard();
    this.#connection.end('SUBJECT_ERASED');
    await discarded;
  }

  async #discard(): Promise<void> {
    this.#discarded = true;
    this.#context.recording?.delete(this);
    const file = this.#file;
    this.#file = null;
    await file?.discard();
  }

  /** Who and what the session is about, anonymized; undefined before the first message. */
  get subject(): SessionSubject | undefined {
    if (this.#file === null) return undefined;
    const { startedAt, user, conference, session } = this.#file.facts;
    const late = this.#identity;
    return {
      id: this.id,
      startedAt,
      user: user ?? late?.user ?? null,
      conference: conference ?? late?.conference ?? null,
      session: session ?? late?.session ?? null,
    };
  }

  /**
   * Ends the session after its connection has closed. Call once; the session must not be used afterwards.
   *
   * @param made for a dump that was made elsewhere: milliseconds since its last message, for the close event, and the
   *   duration of its call; default: measured
   * @returns whether the complete dump is in the spool; does not reject
   */
  async close(closeCode: number, made?: { readonly delta: number; readonly duration: number }): Promise<boolean> {
    while (this.#large?.done !== undefined) await this.#large.done;
    this.#context.recording?.delete(this);
    const { counts } = this.#context;
    const receipt = this.#anonymizer?.receipt();
    if (receipt) counts.receipt(receipt, this.#network);
    if (!this.#file || !this.#anonymizer || !receipt) return false;
    counts.sessions.closed++;
    const now = Date.now();
    const closeEvent =
      made === undefined
        ? this.#anonymizer.closeEvent(closeCode, Math.max(0, now - this.#lastMessageAt))
        : this.#anonymizer.closeEvent(closeCode, made.delta, 'client');
    const end = {
      ...endTimes(this.#callStart, made?.duration, now),
      closeCode,
      receipt,
      identity: this.#identity,
    };
    const left = await this.#file.close(closeEvent, end);
    this.#context.finish(left);
    return 'path' in left;
  }

  spoolFailed(error: Error): void {
    this.#context.budget.failed(error);
    this.#connection.end('INTERNAL');
  }

  #newAnonymizer(): Anonymizer {
    const anonymizer = new Anonymizer(this.#policy, this.#context);
    anonymizer.startAt(this.#callStart ?? this.#startedAt);
    return anonymizer;
  }

  #begin(anonymizer: Anonymizer): SpoolFile {
    const raw = this.#origin!;
    this.#origin = null;
    const facts = sessionHeader(anonymizer, this.#context.locate, {
      id: this.id,
      startedAt: this.#callStart ?? this.#startedAt,
      origin: raw,
      identity: this.#identity,
      policy: this.#policy,
    });
    const metadata = anonymizer.metadata({
      fileFormat: FILE_FORMAT,
      url: raw.url,
      origin: raw.origin,
      userAgent: raw.userAgent,
      startTime: raw.upload?.startTime ?? this.#startedAt,
      remoteAddresses: raw.remoteAddresses,
      clientProtocol: raw.clientProtocol,
      ...(raw.convertedFrom !== undefined && { convertedFrom: raw.convertedFrom }),
    });
    this.#context.counts.sessions.recording++;
    this.#context.recording?.add(this);
    return this.#context.spool.create(facts, metadata, this);
  }
}
