import { rm } from 'node:fs/promises';
import type { Catalog, SessionRow } from '../catalog/catalog.ts';
import type { ClosedSession } from '../spool/record.ts';
import { recover } from '../spool/recovery.ts';
import type { UnwrittenSession } from '../spool/spool-file.ts';
import { dumpKey } from '../storage/key.ts';
import { quarantineKey } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import { type DumpVerifier, pack } from './pack.ts';
import { closedRow } from './row.ts';

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
  readonly catalog: Catalog;
  /** `server.hostIdentifier` */
  readonly host: string;
  /** `policy`: the name of the one that the dump was recorded under. */
  createVerifier(policy: string): DumpVerifier;
  readonly observer?: FinishObserver;
}

/** What a session leaves: a closed spool file, one that could not be written, or the path of one that a process left behind. */
export type FinishSource = ClosedSession | UnwrittenSession | string;

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
 *     keep       verify, compress (pack); then storage, or quarantine if the verifier found something (store)
 *     record     the catalog's row; then the spool file is removed
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

  async keep(session: ClosedSession): Promise<KeptSession> {
    const { storage, quarantine, host } = this.#context;
    const { id, startedAt } = session.facts;
    const packed = packedPath(session);
    const verifier = this.#context.createVerifier(session.facts.policy);
    const { verdict, sha256 } = await this.#timed('pack', () => pack(session, packed, verifier));
    const storageKey = verdict.clean ? dumpKey(id, new Date(startedAt)) : null;
    const attributes = { policy: session.facts.policy, sha256 };
    const storedBytes = await this.#timed('store', () =>
      storageKey === null
        ? quarantine.put(quarantineKey(id), packed, attributes)
        : storage.put(storageKey, packed, attributes),
    );
    const closed = closedRow(session, host);
    const row: SessionRow = {
      ...closed,
      state: verdict.clean ? 'stored' : 'quarantined',
      storedBytes,
      storageKey,
      receipt: {
        ...closed.receipt,
        verified: true,
        findings: verdict.total,
        findingsByClass: verdict.classes,
        verifier: verifier.version,
        sha256,
      },
    };
    return { session, row };
  }

  async record({ session, row }: KeptSession): Promise<void> {
    await this.#timed('record', () => this.#context.catalog.put(row));
    this.#context.observer?.finished(row);
    await rm(packedPath(session), { force: true });
    await rm(session.path, { force: true });
  }

  /** Says in the catalog that the session is over although its dump has to wait. */
  async recordClosed(session: ClosedSession): Promise<void> {
    await this.#context.catalog.put(closedRow(session, this.#context.host));
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
