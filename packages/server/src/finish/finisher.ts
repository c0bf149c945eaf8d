import { createReadStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { NewDelivery } from '../catalog/deliveries.ts';
import type { SessionReceipt, SessionRow, Sessions } from '../catalog/sessions.ts';
import type { ClosedSession } from '../spool/record.ts';
import { recover } from '../spool/recovery.ts';
import type { UnwrittenSession } from '../spool/spool-file.ts';
import { dumpKey } from '../storage/key.ts';
import { quarantineKey } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import { type DumpVerifier, pack } from './pack.ts';
import { closedRow } from './session-rows.ts';
import { within } from './with-timeout.ts';

/**
 * How long a back end may take, in milliseconds. They have limits of their own, which tell better what is wrong; after these nothing
 * is waited for whatever they do.
 */
const STORE_LIMIT_MS = 120_000;
/** On top of it for each mebibyte: a link of 8 Mbit/s is slow, not dead. */
const STORE_LIMIT_MS_A_MIB = 1000;
const RECORD_LIMIT_MS = 30_000;
const MIB = 1024 * 1024;

/** What a session goes through, in this order (`Finisher`). */
export const FINISH_STEPS = ['complete', 'pack', 'store', 'record'] as const;
export type FinishStep = (typeof FINISH_STEPS)[number];

/** Is told how finishing goes. */
export interface FinishObserver {
  /** A step succeeded. */
  finishStep(step: FinishStep, seconds: number): void;
  /** A session is finished: its row is written. */
  finished(row: SessionRow): void;
}

export interface FinishContext {
  readonly storage: Storage;
  readonly quarantine: Storage;
  readonly catalog: Pick<Sessions, 'put'>;
  /** `server.hostIdentifier` */
  readonly host: string;
  /** `policy`: the name of the one that the dump was recorded under. */
  createVerifier(policy: string): DumpVerifier;
  readonly observer?: FinishObserver;
  /** Absent where nothing is forwarded. */
  readonly forward?: ForwardGate;
}

/** Says which dumps are to leave. */
export interface ForwardGate {
  /** Why this one goes; `undefined`: it stays. `openDump` reads it as it was verified. */
  reason(row: SessionRow, openDump: () => AsyncIterable<Uint8Array>): Promise<string | undefined>;
  /** Resolves when the delivery is in the catalog. One that is there already stays as it is. */
  deliver(delivery: NewDelivery): Promise<void>;
}

/** What a session leaves: a closed spool file, one that could not be written, or the path of one that a process left behind. */
export type FinishSource = ClosedSession | UnwrittenSession | string;

/** A dump that was verified and stands compressed beside its spool file. */
export interface PackedSession {
  readonly session: ClosedSession;
  readonly path: string;
  readonly clean: boolean;
  readonly proof: Pick<SessionReceipt, 'findings' | 'findingsByClass' | 'verifier'> & { readonly sha256: string };
}

/** A dump that is where it belongs; what is missing is its row, and that its spool file goes. */
export interface KeptSession {
  readonly session: ClosedSession;
  readonly row: SessionRow;
}

/**
 * The steps from a closed spool file to a stored dump. Each may be repeated, after an error or a crash, from the first
 * one on: keys depend on the session alone, rows and objects are replaced, and the spool file goes last.
 *
 *     complete   a file that was left behind, or could not be written, becomes a whole one
 *     pack       verify, compress
 *     store      to the storage, or to the quarantine if the verifier found something
 *     record     the catalog's row, and that of a delivery if it is to be forwarded; then the spool file is removed
 */
export class Finisher {
  readonly #context: FinishContext;

  constructor(context: FinishContext) {
    this.#context = context;
  }

  /** `undefined`: there was no message in it, and the file is gone. */
  async complete(source: FinishSource): Promise<ClosedSession | undefined> {
    if (typeof source === 'string') return await this.#timed('complete', () => recover(source));
    return 'write' in source ? source.write() : source;
  }

  async pack(session: ClosedSession): Promise<PackedSession> {
    const path = packedPath(session);
    try {
      // A store that was given up on may still read the one of an earlier try: that file is left as it is, and its name taken.
      await rm(path, { force: true });
      const verifier = this.#context.createVerifier(session.facts.policy);
      const { verdict, sha256 } = await this.#timed('pack', () => pack(session, path, verifier));
      const findings = { findings: verdict.total, findingsByClass: verdict.classes, verifier: verifier.version };
      return { session, path, clean: verdict.clean, proof: { ...findings, sha256 } };
    } catch (error) {
      // On a full disk half a file is in the way.
      await rm(path, { force: true });
      throw error;
    }
  }

  async store({ session, path, clean, proof }: PackedSession): Promise<KeptSession> {
    const { storage, quarantine, host } = this.#context;
    const { id, startedAt } = session.facts;
    const storageKey = clean ? dumpKey(id, new Date(startedAt)) : null;
    const closed = closedRow(session, host);
    const limit = STORE_LIMIT_MS + (closed.bytes / MIB) * STORE_LIMIT_MS_A_MIB;
    const attributes = { policy: session.facts.policy, sha256: proof.sha256 };
    const put = (): Promise<number> =>
      storageKey === null
        ? quarantine.put(quarantineKey(id), path, attributes)
        : storage.put(storageKey, path, attributes);
    const storedBytes = await this.#timed('store', () => within(limit, 'STORAGE_UNAVAILABLE', put));
    const row: SessionRow = {
      ...closed,
      state: clean ? 'stored' : 'quarantined',
      storedBytes,
      storageKey,
      receipt: { ...closed.receipt, ...proof, verified: true },
    };
    return { session, row };
  }

  async record({ session, row }: KeptSession): Promise<void> {
    await this.#timed('record', () => this.#put(row));
    await this.#forward(session, row);
    this.#context.observer?.finished(row);
    await rm(packedPath(session), { force: true });
    await rm(session.path, { force: true });
  }

  async #forward({ path, dumpStart, dumpEnd }: ClosedSession, row: SessionRow): Promise<void> {
    const { forward } = this.#context;
    if (!forward) return;
    const by = await forward.reason(row, () => createReadStream(path, { start: dumpStart, end: dumpEnd - 1 }));
    if (by === undefined) return;
    const delivery = { sessionId: row.id, by, createdAt: new Date().toISOString() };
    await within(RECORD_LIMIT_MS, 'CATALOG_UNAVAILABLE', () => forward.deliver(delivery));
  }

  /** Says in the catalog that the session is over although its dump has to wait. */
  async recordClosed(session: ClosedSession): Promise<void> {
    await this.#put(closedRow(session, this.#context.host));
  }

  /** Renames what is no file of the spool, so that no later start looks at it either. Resolves to its new path. */
  async putAside(path: string): Promise<string> {
    const aside = `${path}.unreadable`;
    await rename(path, aside);
    return aside;
  }

  #put(row: SessionRow): Promise<void> {
    return within(RECORD_LIMIT_MS, 'CATALOG_UNAVAILABLE', () => this.#context.catalog.put(row));
  }

  async #timed<T>(step: FinishStep, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    this.#context.observer?.finishStep(step, (performance.now() - began) / 1000);
    return result;
  }
}

/** Beside the spool file. Only ever derived from it, so that one left behind by a crash is overwritten. */
function packedPath(session: ClosedSession): string {
  return session.path.replace(/\.closed$/, '.gz');
}
