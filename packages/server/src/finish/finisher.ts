import { createReadStream } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import type { AnalysisRow } from '../catalog/analyses.ts';
import { failedAnalysis } from '../catalog/analysis-results.ts';
import type { NewDelivery } from '../catalog/deliveries.ts';
import type { SessionReceipt, SessionRow, Sessions } from '../catalog/sessions.ts';
import { type Compression, GZIP } from '../dump-content/compression.ts';
import { errorCode } from '../errors/error-code.ts';
import { type ClosedSession, type SessionSubject, subjectOf } from '../spool/record.ts';
import { recover } from '../spool/recovery.ts';
import type { UnwrittenSession } from '../spool/spool-file.ts';
import type { DumpFormat } from '../storage/format.ts';
import { quarantineKey } from '../storage/open.ts';
import type { PlaceOf } from '../storage/place.ts';
import type { PutOptions, Storage } from '../storage/storage.ts';
import { type DumpVerifier, pack } from './pack.ts';
import { closedRow } from './session-rows.ts';
import { removeDumps } from './stored-dumps.ts';
import { asVerificationFailure, UNVERIFIED } from './verification-failure.ts';
import { withTimeout } from './with-timeout.ts';

/**
 * How long a back end may take, in milliseconds. The back ends have shorter limits of their own, whose errors say
 * better what is wrong; these are the last resort, for a call that never settles.
 */
const STORE_TIMEOUT_MS = 120_000;
/** Added for each mebibyte: a link of 8 Mbit/s is slow, not dead. */
const STORE_TIMEOUT_MS_PER_MIB = 1000;
const RECORD_TIMEOUT_MS = 30_000;
const MIB = 1024 * 1024;

/** The steps of finishing a session, in this order (`Finisher`). */
export const FINISH_STEPS = ['complete', 'pack', 'store', 'record'] as const;
export type FinishStep = (typeof FINISH_STEPS)[number];

/** Receives the progress of finishing, for metrics. */
export interface FinishObserver {
  /** A step succeeded. */
  finishStep(step: FinishStep, seconds: number): void;
  /**
   * A session is finished: its row is written, and its analysis with it. Called once per session, unless the process
   * ends between the two.
   */
  finished(row: SessionRow, closedAt: string | null, analysis: AnalysisRow | undefined): void;
}

export interface FinishContext {
  readonly storage: Storage;
  readonly quarantine: Storage;
  readonly catalog: Pick<Sessions, 'put'>;
  /** `server.hostIdentifier` */
  readonly host: string;
  readonly placeOf: PlaceOf;
  /** `storage.compression`; default: gzip. */
  readonly compression?: Compression;
  /**
   * @param policy name of the policy that the dump was recorded under
   * @param bytes size of the dump
   * @param analyze whether the dump is analyzed as well
   */
  createVerifier(policy: string, bytes: number, analyze: boolean): DumpVerifier;
  /** Whether dumps are analyzed (`insights.enabled`). Default: false. */
  readonly analyzes?: boolean;
  readonly observer?: FinishObserver;
  /** Absent where nothing is forwarded. */
  readonly forward?: ForwardGate;
  /** Absent where nobody is erased. */
  readonly erased?: ErasedSessions;
}

/** Knows the sessions of erased people and calls, of which nothing may be stored any more. */
export interface ErasedSessions {
  has(session: SessionSubject): boolean;
  /** Removes the row of a session that was discarded. */
  discarded(id: string): Promise<void>;
}

/** Decides which dumps are forwarded. */
export interface ForwardGate {
  /** Why this dump is forwarded, or `undefined` when it is not. `openDump` reads the dump as it was verified. */
  reason(row: SessionRow, openDump: () => AsyncIterable<Uint8Array>): Promise<string | undefined>;
  /** Resolves when the delivery is in the catalog. A delivery that exists already is left unchanged. */
  deliver(delivery: NewDelivery): Promise<void>;
}

/**
 * The input of finishing: a closed spool file, one that could not be written, or the path of a file of an ended
 * process.
 */
export type FinishSource = ClosedSession | UnwrittenSession | string;

/** A dump that is verified, and compressed in a file beside its spool file. */
export interface PackedSession {
  readonly session: ClosedSession;
  readonly path: string;
  readonly clean: boolean;
  /** What is written to the catalog with the row: null removes the analysis, undefined leaves it as it is. */
  readonly analysis: AnalysisRow | null | undefined;
  readonly proof: Pick<SessionReceipt, 'findings' | 'findingsByClass' | 'verifier' | 'verified' | 'dictionary'> & {
    readonly sha256: string;
  };
  readonly format: DumpFormat;
}

/** A dump in the storage or the quarantine. Left to do: write its row, and remove its spool file. */
export interface StoredSession {
  readonly session: ClosedSession;
  readonly row: SessionRow;
  /** As in `PackedSession`. */
  readonly analysis: AnalysisRow | null | undefined;
}

/** How a dump is packed. */
export interface PackOptions {
  /** False: the verifier failed on the dump repeatedly, so it is compressed only, for the quarantine. Default: true. */
  readonly verify?: boolean;
  /**
   * False: an earlier try failed, for which the analysis may be the reason, so the dump is stored without one. Default:
   * true. Without effect where dumps are not analyzed.
   */
  readonly analyze?: boolean;
}

/**
 * The steps from a closed spool file to a stored dump, without any retry (queue.ts has those):
 *
 *     <id>.open ──complete──▶ <id>.closed ──pack──▶ <id>.gz ──store──▶ storage or quarantine ──record──▶ row in catalog
 *
 *     complete   makes a whole file of one that a process left behind or could not write
 *     pack       verifies, analyzes and compresses, in one pass
 *     store      puts the dump into the storage, or into the quarantine if the verifier found something
 * record     writes the catalog's row with the analysis and, if the dump is forwarded, its delivery; then removes the
 *                spool files
 *
 * All steps are idempotent and may be repeated from the first one after an error or a crash: keys depend on the session
 * alone, rows and objects are replaced, and the spool file is removed last.
 */
export class Finisher {
  readonly #context: FinishContext;
  /** Sessions of an ended process, which may have stored their dumps in another format. */
  readonly #recovered = new WeakSet<ClosedSession>();

  constructor(context: FinishContext) {
    this.#context = context;
  }

  /** Resolves to `undefined` when the file held no message; it is removed then. */
  async complete(source: FinishSource): Promise<ClosedSession | undefined> {
    if (typeof source === 'string') {
      const session = await this.#timed('complete', () => recover(source));
      if (session !== undefined) this.#recovered.add(session);
      return session;
    }
    return 'write' in source ? await source.write() : source;
  }

  /** @throws GatewayError VERIFICATION_FAILED */
  async pack(session: ClosedSession, { verify = true, analyze = true }: PackOptions = {}): Promise<PackedSession> {
    const path = packedPath(session);
    const { facts, dumpStart, dumpEnd } = session;
    const { analyzes = false, compression = GZIP, createVerifier } = this.#context;
    const verifier = verify ? createVerifier(facts.policy, dumpEnd - dumpStart, analyzes && analyze) : UNVERIFIED;
    try {
      // A `store` that timed out may still read the file of an earlier try, so unlink it instead of overwriting it.
      await remove(path);
      const { verdict, analysis, sha256, format, dictionary } = await this.#timed('pack', () =>
        pack(session, path, verifier, compression),
      );
      const findings = { findings: verdict.total, findingsByClass: verdict.classes };
      const proof = { ...findings, verifier: verify ? verifier.version : null, verified: verify, sha256, dictionary };
      return {
        session,
        path,
        clean: verdict.clean,
        analysis: verdict.clean ? this.#analysisOf(analysis) : null,
        proof,
        format,
      };
    } catch (error) {
      // On a full disk an incomplete file takes space that others need.
      await remove(path);
      throw asVerificationFailure(error);
    } finally {
      verifier.close?.();
    }
  }

  /** The analysis of a clean dump; a failed one is recorded, too. */
  #analysisOf(analysis: AnalysisRow | undefined): AnalysisRow | undefined {
    if (!this.#context.analyzes) return undefined;
    return analysis ?? failedAnalysis('failed', new Date().toISOString());
  }

  async store({ session, path, clean, analysis, proof, format }: PackedSession): Promise<StoredSession> {
    const { storage, quarantine, host } = this.#context;
    const { id, startedAt } = session.facts;
    const place = clean ? this.#context.placeOf(id, new Date(startedAt), format) : null;
    const closed = closedRow(session, host);
    const timeout = STORE_TIMEOUT_MS + (closed.bytes / MIB) * STORE_TIMEOUT_MS_PER_MIB;
    const { sha256, dictionary } = proof;
    const attributes = { policy: session.facts.policy, sha256, ...(dictionary !== null && { dictionary }) };
    const put = (): Promise<number> =>
      place === null
        ? quarantine.put(quarantineKey(id), path, attributes, FINAL)
        : storage.put(place.key, path, attributes, FINAL);
    const storedBytes = await this.#timed('store', () => withTimeout(timeout, 'STORAGE_UNAVAILABLE', put));
    if (this.#recovered.has(session)) {
      await withTimeout(STORE_TIMEOUT_MS, 'STORAGE_UNAVAILABLE', () => removeDumps(session, this.#context, place?.key));
    }
    const row: SessionRow = {
      ...closed,
      state: clean ? 'stored' : 'quarantined',
      storedBytes,
      storageKey: place?.key ?? null,
      storageUrl: place?.url ?? null,
      receipt: { ...closed.receipt, ...proof },
    };
    return { session, row, analysis };
  }

  async record({ session, row, analysis }: StoredSession): Promise<void> {
    await this.#timed('record', () => this.#put(row, analysis));
    await this.#forward(session, row);
    this.#context.observer?.finished(row, session.end.receivedAt ?? row.endedAt, analysis ?? undefined);
    await remove(packedPath(session));
    await remove(session.path);
  }

  async #forward({ path, dumpStart, dumpEnd }: ClosedSession, row: SessionRow): Promise<void> {
    const { forward } = this.#context;
    if (!forward) return;
    const by = await forward.reason(row, () => createReadStream(path, { start: dumpStart, end: dumpEnd - 1 }));
    if (by === undefined) return;
    const delivery = { sessionId: row.id, by, createdAt: new Date().toISOString() };
    await withTimeout(RECORD_TIMEOUT_MS, 'CATALOG_UNAVAILABLE', () => forward.deliver(delivery));
  }

  /** Whether the session's subject was erased, so that it has to be discarded. */
  isErased(session: ClosedSession): boolean {
    return this.#context.erased?.has(subjectOf(session)) ?? false;
  }

  /**
   * Removes everything of a session: what an earlier try may have stored, its row, and the spool files last, so that it
   * can be repeated.
   */
  async discard(session: ClosedSession): Promise<void> {
    const { quarantine, erased } = this.#context;
    const { id } = session.facts;
    await withTimeout(STORE_TIMEOUT_MS, 'STORAGE_UNAVAILABLE', async () => {
      await removeDumps(session, this.#context);
      await quarantine.delete(quarantineKey(id));
    });
    if (erased) await withTimeout(RECORD_TIMEOUT_MS, 'CATALOG_UNAVAILABLE', () => erased.discarded(id));
    await remove(packedPath(session));
    await remove(session.path);
  }

  /** Updates the catalog's row of a session whose dump has to wait: the session is no longer being recorded. */
  async recordClosed(session: ClosedSession): Promise<void> {
    await this.#put(closedRow(session, this.#context.host));
  }

  /** Renames a file that is not in the spool's format, so that no later start reads it. Resolves to its new path. */
  async putAside(path: string): Promise<string> {
    const aside = `${path}.unreadable`;
    await rename(path, aside);
    return aside;
  }

  #put(row: SessionRow, analysis?: AnalysisRow | null): Promise<void> {
    return withTimeout(RECORD_TIMEOUT_MS, 'CATALOG_UNAVAILABLE', () => this.#context.catalog.put(row, analysis));
  }

  async #timed<T>(step: FinishStep, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    this.#context.observer?.finishStep(step, (performance.now() - began) / 1000);
    return result;
  }
}

/** Packed dumps are written once; a repeated try makes a new file. */
const FINAL: PutOptions = { isFinal: true };

/** Removes a file if there is one. Unlike `rm` with `force`, without asking for its type first. */
async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** Beside the spool file and derived from it, so a file that a crash left behind can be replaced at any time. */
function packedPath(session: ClosedSession): string {
  return session.path.replace(/\.closed$/, '.gz');
}
