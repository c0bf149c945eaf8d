import { randomUUIDv7 } from 'node:crypto';
import { FILE_FORMAT, identityOfLine, type SessionIdentity } from '@rtcstats-server/dump';
import { Anonymizer, type CompiledPolicy, type Locate } from '@rtcstats-server/privacy';
import type { Counts } from '../metrics/counts.ts';
import type { SpoolBudget } from '../spool/budget.ts';
import type { ClosedSession } from '../spool/record.ts';
import type { Spool } from '../spool/spool.ts';
import type { SpoolFile, SpoolOwner, UnwrittenSession } from '../spool/spool-file.ts';
import type { SessionOrigin } from './origin.ts';
import { sessionHeader } from './session-header.ts';
import type { SessionPolicies } from './session-policies.ts';

/** What all sessions of a gateway share. */
export interface SessionContext {
  readonly policies: SessionPolicies;
  readonly spool: Spool;
  readonly budget: Pick<SpoolBudget, 'shortage' | 'failed'>;
  /** Bytes a dump may grow to. */
  readonly dumpBytes: number;
  /** Bytes a webrtc-internals dump may have. */
  readonly internalsBytes: number;
  /** Where public addresses are, as far as it may be told. */
  readonly locate: Locate;
  readonly counts: Counts;
  /** Takes over what the session leaves. */
  finish(left: ClosedSession | UnwrittenSession): void;
}

/** What a session asks of its connection. */
export interface SessionConnection {
  end(code: 'DUMP_TOO_LARGE' | 'INTERNAL'): void;
}

/**
 * One connection from its first message to a closed spool file. Until a message is kept it is little more than a
 * reference to its origin: no anonymizer, no file.
 */
export class Session implements SpoolOwner {
  readonly id: string = randomUUIDv7();
  readonly #context: SessionContext;
  readonly #connection: SessionConnection;
  readonly #startedAt: number = Date.now();
  /** With the key of the time when it began: a session's pseudonyms stay the same. */
  readonly #policy: CompiledPolicy;
  #origin: SessionOrigin | null;
  /** What the client's own event says, anonymized. */
  #identity: SessionIdentity | null = null;
  #anonymizer: Anonymizer | null = null;
  #file: SpoolFile | null = null;
  #lastMessageAt = 0;
  #full = false;

  constructor(context: SessionContext, connection: SessionConnection, origin: SessionOrigin) {
    this.#context = context;
    this.#connection = connection;
    this.#origin = origin;
    this.#policy = context.policies.current(origin.preset, this.#startedAt);
  }

  /** A text message. */
  message(raw: Uint8Array): void {
    if (this.#full) return;
    this.#anonymizer ??= new Anonymizer(this.#policy, this.#context);
    const line = this.#anonymizer.message(raw);
    if (line === null) return;
    this.#identity ??= identityOfLine(line) ?? null;
    this.#file ??= this.#begin(this.#anonymizer);
    this.#file.append(line);
    this.#lastMessageAt = Date.now();
    if (this.#file.bytes >= this.#context.dumpBytes) {
      this.#full = true;
      this.#connection.end('DUMP_TOO_LARGE');
    }
  }

  /** A binary message: the protocol has none, and what is not understood is not kept. */
  binary(): void {
    this.#anonymizer ??= new Anonymizer(this.#policy, this.#context);
    this.#anonymizer.drop('binary');
  }

  /** Whether a message was kept. */
  get begun(): boolean {
    return this.#file !== null;
  }

  /** Forgets everything, also what is in the spool: an upload that came to no good end. Nothing may follow. */
  discard(): void {
    if (this.#file === null) return;
    this.#file.discard();
    this.#file = null;
  }

  /**
   * The connection is gone. Call once; nothing may follow. `delta`: that of the close event, where it is known. Returns
   * whether the dump is whole in the spool.
   */
  close(closeCode: number, delta?: number): boolean {
    const { counts } = this.#context;
    const receipt = this.#anonymizer?.receipt();
    if (receipt) counts.receipt(receipt);
    if (!this.#file || !this.#anonymizer || !receipt) return false;
    counts.sessions.closed++;
    const now = Date.now();
    const closeEvent = this.#anonymizer.closeEvent(closeCode, delta ?? Math.max(0, now - this.#lastMessageAt));
    const end = {
      endedAt: new Date(now).toISOString(),
      closeCode,
      receipt,
      identity: this.#identity,
    };
    const left = this.#file.close(closeEvent, end);
    this.#context.finish(left);
    return 'path' in left;
  }

  spoolFailed(error: Error): void {
    this.#context.budget.failed(error);
    this.#connection.end('INTERNAL');
  }

  #begin(anonymizer: Anonymizer): SpoolFile {
    const raw = this.#origin!;
    this.#origin = null;
    const facts = sessionHeader(anonymizer, this.#context.locate, {
      id: this.id,
      startedAt: this.#startedAt,
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
    });
    this.#context.counts.sessions.recording++;
    return this.#context.spool.create(facts, metadata, this);
  }
}
