import { randomUUIDv7 } from 'node:crypto';
import { FILE_FORMAT } from '@rtcstats-server/dump';
import { Anonymizer, type CompiledPolicy } from '@rtcstats-server/privacy';

import type { ClosedSession, SessionFacts } from '../spool/record.ts';
import type { Spool } from '../spool/spool.ts';
import type { SpoolFile, SpoolOwner } from '../spool/spool-file.ts';

/** What the upgrade request said. Raw, so it stays in memory, and only until the first message is kept. */
export interface SessionOrigin {
  /** Path and query, without the token. */
  readonly url: string;
  readonly origin: string | null;
  readonly userAgent: string | null;
  /** Addresses of the client, as far as they can be believed. */
  readonly remoteAddresses: readonly string[];
  /** The subprotocol that was agreed on. */
  readonly clientProtocol: string | null;
  readonly user: string | null;
  readonly conference: string | null;
  readonly session: string | null;
}

/** What all sessions of a gateway share. */
export interface SessionContext {
  readonly policy: CompiledPolicy;
  readonly spool: Spool;
  /** Bytes a dump may grow to. */
  readonly dumpBytes: number;
  /** Takes over what the session leaves: a closed spool file, or the path of one that has to be recovered. */
  finish(closed: ClosedSession | string): void;
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
  #origin: SessionOrigin | null;
  #anonymizer: Anonymizer | null = null;
  #file: SpoolFile | null = null;
  #lastMessageAt = 0;
  #full = false;

  constructor(context: SessionContext, connection: SessionConnection, origin: SessionOrigin) {
    this.#context = context;
    this.#connection = connection;
    this.#origin = origin;
  }

  /** A text message. The bytes must not change after the call: they are written later. */
  message(raw: Uint8Array): void {
    if (this.#full) return;
    this.#anonymizer ??= new Anonymizer(this.#context.policy);
    const line = this.#anonymizer.message(raw);
    if (line === null) return;
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
    this.#anonymizer ??= new Anonymizer(this.#context.policy);
    this.#anonymizer.drop('binary');
  }

  /** The connection is gone. Call once; nothing may follow. */
  close(closeCode: number): void {
    if (!this.#file || !this.#anonymizer) return;
    const now = Date.now();
    const closeEvent = this.#anonymizer.closeEvent(closeCode, Math.max(0, now - this.#lastMessageAt));
    const end = { endedAt: new Date(now).toISOString(), closeCode, receipt: this.#anonymizer.receipt() };
    this.#context.finish(this.#file.close(closeEvent, end));
  }

  spoolFailed(): void {
    this.#connection.end('INTERNAL');
  }

  #begin(anonymizer: Anonymizer): SpoolFile {
    const raw = this.#origin!;
    this.#origin = null;
    const { preset } = this.#context.policy.policy;
    const text = (value: string | null): string | null => (value === null ? null : anonymizer.text(value));
    const facts: SessionFacts = {
      id: this.id,
      startedAt: new Date(this.#startedAt).toISOString(),
      user: text(raw.user),
      conference: text(raw.conference),
      session: text(raw.session),
      origin: text(raw.origin),
      userAgent: text(raw.userAgent),
      policy: preset,
    };
    const metadata = anonymizer.metadata({
      fileFormat: FILE_FORMAT,
      url: raw.url,
      origin: raw.origin,
      userAgent: raw.userAgent,
      startTime: this.#startedAt,
      remoteAddresses: raw.remoteAddresses,
      clientProtocol: raw.clientProtocol,
    });
    return this.#context.spool.create(facts, metadata, this);
  }
}
