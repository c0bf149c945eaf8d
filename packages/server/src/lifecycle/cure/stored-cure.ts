import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Anonymizer, type Policy, policyName, type Verdict } from '@rtcstats-server/privacy';
import { VERIFIER } from '@rtcstats-server/privacy/verifier';
import type { AuditLog } from '../../audit/audit-log.ts';
import { personsOfSession } from '../../audit/session-persons.ts';
import type { AnalysisRow } from '../../catalog/analyses.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { SessionRow } from '../../catalog/sessions.ts';
import { type Compression, GZIP } from '../../dump-content/compression.ts';
import { GatewayError, isGatewayError } from '../../errors/gateway-error.ts';
import type { DumpVerifier } from '../../finish/pack.ts';
import { formatOfKey } from '../../storage/format.ts';
import { quarantineKey } from '../../storage/open.ts';
import type { Storage } from '../../storage/storage.ts';
import type { CureJournal, FoundDump } from './journal.ts';
import { inspect, type Rewritten, rewrite, StoredContent } from './passes.ts';
import type { CurePolicies } from './policies.ts';
import { isCurrent, rewrittenRow, sameRow, verifiedRow, withNames } from './rows.ts';

export interface StoredCureContext {
  readonly catalog: Pick<Catalog, 'sessions' | 'removals'>;
  readonly storage: Pick<Storage, 'get' | 'put' | 'delete'>;
  readonly quarantine: Pick<Storage, 'put'>;
  readonly policies: CurePolicies;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly actor: string;
  /** `server.hostIdentifier` of the gateway whose quarantine this is. */
  readonly host: string;
  /** An existing directory for one temporary file. */
  readonly directory: string;
  readonly journal: CureJournal;
  /**
   * @param bytes the size of the dump
   * @param analyze whether the dump is analyzed as well
   */
  createVerifier(policy: Policy, bytes: number, analyze: boolean): DumpVerifier;
  /** Whether dumps are analyzed (`insights.enabled`). */
  readonly analyzes: boolean;
  /** Only reads. */
  readonly dryRun: boolean;
  /** Also reads dumps whose receipt names today's policy and verifier. */
  readonly all: boolean;
}

/**
 * The outcome for a session. `current`: its receipt says that today's policy and verifier have read it, so that it was
 * not read; `clean`: nothing was replaced; `changed`: rewritten without findings, because today's policy replaces more;
 * `found`: in the journal; `gone`: it was removed meanwhile; `unreadable`: its dump is missing or damaged.
 */
export type StoredOutcome = 'current' | 'clean' | 'changed' | 'found' | 'gone' | 'unreadable';

/**
 * Anonymizes and verifies stored dumps again, one after the other.
 *
 * **Order.** The findings are in the journal before anything is replaced. Then the new dump replaces the old one under
 * the same key, which is atomic in every storage, and the row follows. A kill between the two leaves a dump that is
 * newer than its receipt; the next run reads it, finds it clean, and corrects the receipt.
 *
 * **Removal meanwhile.** The row is only written if nobody has begun to remove the session; otherwise the new dump is
 * deleted, because the removal may have deleted the old one before.
 */
export class StoredCure {
  readonly #context: StoredCureContext;

  constructor(context: StoredCureContext) {
    this.#context = context;
  }

  /** @throws GatewayError of the storage or the catalog */
  async cure(row: SessionRow): Promise<StoredOutcome> {
    const { policies, journal, all } = this.#context;
    const { storageKey, receipt } = row;
    if (storageKey === null) return 'unreadable';
    const policy = policies.policyFor(receipt.policy);
    if (all ? journal.isDone(row.id) : isCurrent(receipt, policyName(policy))) {
      this.#settle(row.id);
      return 'current';
    }
    try {
      const outcome = await this.#cure({ ...row, storageKey }, policy);
      if (all) journal.done(row.id);
      return outcome;
    } catch (error) {
      if (isGatewayError(error, 'DUMP_NOT_FOUND')) return await this.#missing(row.id);
      if (!isUnreadable(error)) throw error;
      return 'unreadable';
    }
  }

  /** Ends what an interrupted run has begun for dumps that this run did not come across. */
  async finish(): Promise<void> {
    const { catalog, storage, journal, dryRun } = this.#context;
    if (dryRun) return;
    for (const found of journal.found.values()) {
      if (found.outcome !== 'pending') continue;
      const row = await catalog.sessions.get(found.session);
      if (row?.state === 'stored') continue;
      // The run was killed after it had stored the dump of a session that somebody removed meanwhile, or before it had
      // deleted a dump that is in quarantine.
      if (found.storageKey !== undefined) await storage.delete(found.storageKey);
      journal.add({ ...found, outcome: row?.state === 'quarantined' ? 'quarantined' : 'deleted' });
    }
  }

  async #cure(row: SessionRow & { storageKey: string }, policy: Policy): Promise<StoredOutcome> {
    const { storage, catalog, journal, createVerifier, dryRun } = this.#context;
    const content = new StoredContent(await storage.get(row.storageKey));
    const { verdict, isOutdated } = await inspect(
      content,
      this.#anonymizer(row, policy),
      createVerifier(policy, row.bytes, false),
    );
    const named = withNames(row, this.#anonymizer(row, policy));
    if (!isOutdated) {
      if (dryRun) return sameRow(named, row) ? 'clean' : 'changed';
      const proven = verifiedRow(named, { policy: policyName(policy), verifier: VERIFIER, ...content.proof() });
      if (!(await catalog.sessions.replaceStored(row.storageKey, proven))) return 'gone';
      if (journal.found.has(row.id)) {
        this.#settle(row.id);
        return 'found';
      }
      return sameRow(named, row) ? 'clean' : 'changed';
    }
    if (!verdict.clean) {
      const { storageKey } = row;
      journal.add({ session: row.id, findings: countsOf(verdict), outcome: 'pending', storageKey });
    }
    if (!dryRun && !(await this.#replace(named, row.storageKey, policy))) return 'gone';
    return journal.found.has(row.id) ? 'found' : 'changed';
  }

  /** @returns false if the session was removed meanwhile */
  async #replace(row: SessionRow, storageKey: string, policy: Policy): Promise<boolean> {
    const { storage, quarantine, journal, directory, createVerifier, analyzes, host } = this.#context;
    const path = join(directory, `${randomUUID()}.packed`);
    const write = async (compression: Compression) => {
      const anonymizer = this.#anonymizer(row, policy);
      const content = new StoredContent(await storage.get(storageKey));
      const verifier = createVerifier(policy, row.bytes, analyzes);
      const written = await rewrite(content, anonymizer, verifier, { path, compression, bytes: row.bytes });
      return { ...written, receipt: anonymizer.receipt() };
    };
    try {
      const compression = compressionOf(row, storageKey);
      let written = await write(compression);
      if (!written.verdict.clean && compression.format !== 'gzip') {
        // The quarantine has gzip only (finish/pack.ts).
        await rm(path);
        written = await write(GZIP);
      }
      const { verdict, sha256, dictionary } = written;
      const attributes = { policy: policyName(policy), sha256, ...(dictionary !== null && { dictionary }) };
      if (!verdict.clean && !journal.found.has(row.id)) {
        journal.add({ session: row.id, findings: countsOf(verdict), outcome: 'pending', storageKey });
      }
      // Without a current analysis, the figures of the old dump must not stay.
      const analysis = verdict.clean ? (written.analysis ?? null) : null;
      const put = verdict.clean
        ? storage.put(storageKey, path, attributes, { replaces: true })
        : quarantine.put(quarantineKey(row.id), path, attributes);
      const replaced = rewrittenRow(row, {
        ...written,
        storedBytes: await put,
        policy: attributes.policy,
      });
      const next: SessionRow = verdict.clean
        ? replaced
        : { ...replaced, state: 'quarantined', storageKey: null, storageUrl: null, host };
      return await this.#record(next, storageKey, analysis, written);
    } finally {
      await rm(path, { force: true });
    }
  }

  async #record(
    row: SessionRow,
    storageKey: string,
    analysis: AnalysisRow | null,
    { verdict }: Rewritten,
  ): Promise<boolean> {
    const { storage, catalog, journal, audit, actor } = this.#context;
    const isRecorded = await catalog.sessions.replaceStored(storageKey, row, analysis);
    if (!isRecorded || !verdict.clean) await storage.delete(storageKey);
    const found = journal.found.get(row.id);
    if (!isRecorded) {
      if (found !== undefined) journal.add({ ...found, outcome: 'deleted' });
      return false;
    }
    const outcome = verdict.clean ? 'rewritten' : 'quarantined';
    if (found !== undefined) journal.add({ ...found, outcome });
    const findings = Object.values(found?.findings ?? {}).reduce((sum: number, count) => sum + count, 0);
    const persons = personsOfSession(row);
    const details = { result: outcome, findings };
    await audit.record({ action: 'reanonymize', actor, outcome: 'done', target: row.id, persons, details });
    return true;
  }

  /** A dump of which an interrupted run had found something is clean now. */
  #settle(id: string): void {
    const { journal, dryRun } = this.#context;
    const found: FoundDump | undefined = journal.found.get(id);
    if (!dryRun && found?.outcome === 'pending') journal.add({ ...found, outcome: 'rewritten' });
  }

  async #missing(id: string): Promise<StoredOutcome> {
    const row = await this.#context.catalog.sessions.get(id);
    return row?.state === 'stored' ? 'unreadable' : 'gone';
  }

  #anonymizer({ receipt, startedAt }: SessionRow, policy: Policy): Anonymizer {
    const compiled = this.#context.policies.compiled(policy, receipt.keyId, Date.parse(startedAt));
    return new Anonymizer(compiled, { keepsDerived: true });
  }
}

/** A dump stays in the format that its key names. */
function compressionOf({ receipt }: SessionRow, storageKey: string): Compression {
  if (formatOfKey(storageKey) === 'gzip') return GZIP;
  return { format: 'zstd', dictionary: receipt.dictionary !== null };
}

/** The findings by class, as in a findings report. */
export function countsOf({ classes }: Verdict): Record<string, number> {
  return Object.fromEntries(Object.entries(classes).map(([name, number]) => [name, number ?? 0]));
}

/** Whether an error concerns only the dump that is read, so that the others can be read. */
export function isUnreadable(error: unknown): boolean {
  if (error instanceof GatewayError) return error.code === 'VERIFICATION_FAILED';
  return error instanceof Error && (error.name === 'DumpError' || error.name === 'UnreadableInputError');
}
