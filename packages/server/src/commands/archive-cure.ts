import { rm } from 'node:fs/promises';
import { peekBytes } from '@rtcstats-server/dump';
import { Anonymizer, type Policy } from '@rtcstats-server/privacy';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import type { DumpVerifier } from '../finish/pack.ts';
import type { CureJournal } from '../lifecycle/cure/journal.ts';
import { inspect, rewrite } from '../lifecycle/cure/passes.ts';
import type { CurePolicies } from '../lifecycle/cure/policies.ts';
import { countsOf, isUnreadable } from '../lifecycle/cure/stored-cure.ts';
import type { ArchiveFile } from './archive-files.ts';
import { type DumpInput, inputError } from './dump-input.ts';

/** Bytes at the beginning of a dump in which its metadata is searched. */
const METADATA_BYTES = 64 * 1024;

export interface ArchiveCureContext {
  readonly policies: CurePolicies;
  readonly journal: CureJournal;
  createVerifier(policy: Policy): DumpVerifier;
  readonly dryRun: boolean;
}

/**
 * `done`: an earlier run has read it; `clean`: nothing was replaced; `changed`: rewritten without findings; `found`: in
 * the journal; `skipped`: not a dump.
 */
export type ArchiveOutcome = 'done' | 'clean' | 'changed' | 'found' | 'skipped';

/** What the metadata of a dump says about how it was recorded; null where it does not. */
interface Recorded {
  readonly keyId: string | null;
  readonly preset: string | null;
  /** Milliseconds since the epoch. */
  readonly startTime: number | null;
}

/**
 * Anonymizes and verifies the dumps of an archive again, in place. The findings are in the journal before a file is
 * replaced. A file in which the verifier still finds something after that is left as it was, and reported as failed.
 */
export class ArchiveCure {
  readonly #context: ArchiveCureContext;

  constructor(context: ArchiveCureContext) {
    this.#context = context;
  }

  /** @throws GatewayError INPUT_UNREADABLE or UNSUPPORTED_FORMAT for this file; that of a storage for all */
  async cure(file: ArchiveFile): Promise<ArchiveOutcome> {
    const { journal } = this.#context;
    if (journal.isDone(file.fingerprint)) return 'done';
    try {
      return await this.#cure(file);
    } catch (error) {
      if (isGatewayError(error, 'NOT_A_DUMP')) return 'skipped';
      if (error instanceof GatewayError && error.code !== 'VERIFICATION_FAILED') throw error;
      if (isUnreadable(error)) throw unreadable(error, file.name);
      throw error;
    }
  }

  async #cure(file: ArchiveFile): Promise<ArchiveOutcome> {
    const { journal, createVerifier, dryRun } = this.#context;
    const { recorded, verdict, isOutdated, policy } = await this.#inspect(file);
    const startedAt = isoOf(recorded.startTime);
    const earlier = journal.found.get(file.name);
    if (!isOutdated) {
      // Replaced by a run that was killed before it could note that.
      if (earlier?.outcome === 'pending') journal.add({ ...earlier, outcome: 'rewritten' });
      journal.done(file.fingerprint);
      return earlier === undefined ? 'clean' : 'found';
    }
    const storedAt = file.modified;
    const found = { session: file.name, findings: countsOf(verdict), outcome: 'pending', startedAt, storedAt } as const;
    if (!verdict.clean) journal.add(found);
    if (dryRun) return verdict.clean ? 'changed' : 'found';
    const input = await file.open();
    try {
      const { content, recorded: again } = await withMetadata(input);
      const target = { path: file.temporary, compression: input.format && { format: input.format, dictionary: false } };
      const written = await rewrite(content, this.#anonymizer(policy, again), createVerifier(policy), target);
      if (!written.verdict.clean) {
        journal.add({ ...found, findings: countsOf(written.verdict), outcome: 'failed' });
        return 'found';
      }
      const fingerprint = await file.replace();
      if (!verdict.clean) journal.add({ ...found, outcome: 'rewritten' });
      journal.done(fingerprint);
      return verdict.clean ? 'changed' : 'found';
    } finally {
      input.close();
      await rm(file.temporary, { force: true });
    }
  }

  async #inspect(file: ArchiveFile) {
    const input = await file.open();
    try {
      const { content, recorded } = await withMetadata(input);
      const policy = this.#context.policies.policyFor(recorded.preset);
      const verifier = this.#context.createVerifier(policy);
      return { recorded, policy, ...(await inspect(content, this.#anonymizer(policy, recorded), verifier)) };
    } finally {
      input.close();
    }
  }

  #anonymizer(policy: Policy, { keyId, startTime }: Recorded): Anonymizer {
    const compiled = this.#context.policies.compiled(policy, keyId, startTime ?? Date.now());
    return new Anonymizer(compiled, { keepsDerived: true });
  }
}

async function withMetadata({ kind, bytes }: DumpInput) {
  const { start, chunks } = await peekBytes(bytes, METADATA_BYTES);
  return { content: { kind, bytes: chunks }, recorded: recordedIn(start) };
}

function recordedIn(start: Uint8Array): Recorded {
  const [, line = ''] = Buffer.from(start).toString().split('\n', 2);
  try {
    const { startTime, privacy } = JSON.parse(line) as { startTime?: unknown; privacy?: Record<string, unknown> };
    return {
      keyId: typeof privacy?.['keyId'] === 'string' ? privacy['keyId'] : null,
      preset: typeof privacy?.['policy'] === 'string' ? privacy['policy'] : null,
      startTime: typeof startTime === 'number' ? startTime : null,
    };
  } catch {
    return { keyId: null, preset: null, startTime: null };
  }
}

function isoOf(time: number | null): string | null {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function unreadable(error: unknown, name: string): GatewayError {
  if (isGatewayError(error))
    return new GatewayError('INPUT_UNREADABLE', `${name} cannot be verified`, { cause: error });
  return inputError(error, name);
}
