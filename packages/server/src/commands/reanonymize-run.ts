import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindingsReport } from '@rtcstats-server/api';
import { ENGINE, type Policy } from '@rtcstats-server/privacy';
import { VERIFIER } from '@rtcstats-server/privacy/verifier';
import { CatalogAuditLog } from '../audit/catalog-audit-log.ts';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { DataDirectory } from '../files/data-directory.ts';
import { VerifierThreads } from '../finish/verifier-threads.ts';
import { findingsReport } from '../lifecycle/cure/findings.ts';
import { CureJournal } from '../lifecycle/cure/journal.ts';
import { CurePolicies } from '../lifecycle/cure/policies.ts';
import { StoredCure } from '../lifecycle/cure/stored-cure.ts';
import { cureStored } from '../lifecycle/cure/stored-run.ts';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { showSteps } from '../terminal/progress.ts';
import { printable } from '../terminal/terminal.ts';
import { ArchiveCure } from './archive-cure.ts';
import { archiveFiles } from './archive-files.ts';
import { commandActor } from './audit-actor.ts';
import { type OpenBackEnds, withBackEnds } from './stored-sessions.ts';

export interface CureOptions {
  readonly policy: Policy;
  /** An archive: a directory or s3://BUCKET/PREFIX. Undefined: the stored dumps. */
  readonly from: string | undefined;
  /** ISO 8601. */
  readonly since: string | undefined;
  readonly all: boolean;
  readonly dryRun: boolean;
}

export interface CureResult {
  readonly report: FindingsReport;
  readonly counts: Counts;
  /** Dumps that could not be read. */
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  /** Whether there are dumps in quarantine. */
  readonly quarantined: boolean;
  /** The signal that ended the run early. */
  readonly interrupted: string | null;
}

interface Counts {
  /** Read, with or without findings. */
  read: number;
  /** Rewritten without findings. */
  changed: number;
  /** Not read, because today's policy and versions have read them before. */
  current: number;
  /** Files that are not dumps. */
  skipped: number;
}

interface Run {
  readonly config: Config;
  readonly options: CureOptions;
  readonly backEnds: OpenBackEnds;
  readonly journal: CureJournal;
  readonly policies: CurePolicies;
  readonly audit: CatalogAuditLog;
  /** `<data>/reanonymize` */
  readonly directory: string;
  readonly counts: Counts;
  readonly failed: { name: string; message: string }[];
  readonly stop: AbortController;
  show(step: string): void;
}

/**
 * Cures the stored dumps or an archive, one dump after the other.
 *
 * @param onReport called before the findings of the run are forgotten, so that a kill loses none
 */
export async function runCure(
  config: Config,
  options: CureOptions,
  onReport: (report: FindingsReport) => Promise<void>,
): Promise<CureResult> {
  return await withBackEnds(config, async (backEnds) => {
    const keys = openPseudonymKeys(config, { create: false });
    const path = join(config.dataDirectory, 'reanonymize');
    const claimed = options.dryRun ? null : await claim(path);
    const policies = new CurePolicies(options.policy, keys);
    const versions = [policies.name, VERIFIER, ENGINE, options.from ?? '', options.all ? 'all' : ''];
    const journal = options.dryRun ? CureJournal.inMemory() : CureJournal.open(path, versions);
    const steps = showSteps('reanonymize');
    const stop = new AbortController();
    const interruption = stopOnSignal(stop);
    const counts = { read: 0, changed: 0, current: 0, skipped: 0 };
    const audit = new CatalogAuditLog(backEnds.catalog.audit);
    const show = (step: string): void => steps.show(step);
    const run: Run = {
      config,
      options,
      backEnds,
      journal,
      policies,
      audit,
      directory: path,
      counts,
      failed: [],
      stop,
      show,
    };
    try {
      const report = await recorded(run, () => cureAll(run));
      steps.end();
      await onReport(report);
      const isComplete = !stop.signal.aborted;
      // A dump of an earlier run that this run did not reach, because of --since, is still to be reported.
      const isLeft = options.from === undefined && report.dumps.some(({ outcome }) => outcome === 'pending');
      if (isComplete && !isLeft) journal.remove();
      const { sessions } = await backEnds.catalog.sessions.list({ state: 'quarantined', limit: 1 });
      const interrupted = isComplete ? null : String(stop.signal.reason);
      return { report, counts, failed: run.failed, quarantined: sessions.length > 0, interrupted };
    } finally {
      steps.end();
      interruption.end();
      journal.close();
      claimed?.release();
    }
  });
}

/** One run at a time; temporary files of one that was killed are removed. */
async function claim(path: string): Promise<DataDirectory> {
  let claimed: DataDirectory;
  try {
    claimed = DataDirectory.claim(path);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'DATA_DIRECTORY_IN_USE') throw error;
    throw new GatewayError('DATA_DIRECTORY_IN_USE', 'Another reanonymize runs in this data directory', {
      todo: 'Wait until it has finished.',
      cause: error,
    });
  }
  for (const name of await readdir(path)) {
    if (/\.(packed|gz|object)$/.test(name)) await rm(join(path, name), { force: true });
  }
  return claimed;
}

/** Records begin and end in the audit log. */
async function recorded(run: Run, work: () => Promise<FindingsReport>): Promise<FindingsReport> {
  const { audit, options, policies } = run;
  const from = options.from === undefined ? 'storage' : 'archive';
  const entry = { action: 'reanonymize', actor: commandActor() } as const;
  const begun = { policy: policies.name, from, dryRun: options.dryRun };
  await audit.record({ ...entry, outcome: 'begun', details: begun });
  try {
    const report = await work();
    const { read, unreadable, dumps } = report;
    const details = { ...begun, read, unreadable, withFindings: dumps.length };
    await audit.record({ ...entry, outcome: 'done', details });
    return report;
  } catch (error) {
    const code = error instanceof GatewayError ? error.code : 'INTERNAL';
    await audit.record({ ...entry, outcome: 'failed', details: { ...begun, error: code } });
    throw error;
  }
}

async function cureAll(run: Run): Promise<FindingsReport> {
  const { options, config, backEnds, counts, failed, policies, journal } = run;
  if (options.from === undefined) await cureSessions(run);
  else await cureArchive(run, options.from);
  const areStored = options.from === undefined;
  const { read, changed } = counts;
  const measures =
    changed === 0 || options.dryRun
      ? []
      : [`${changed} more dumps without findings were rewritten, because the policy replaces more than before.`];
  const figures = { policy: policies.name, read, unreadable: failed.length, measures, areStored };
  const context = { catalog: backEnds.catalog, endpoint: config.forward.endpoint };
  return await findingsReport(journal.found.values(), figures, context);
}

async function cureSessions(run: Run): Promise<void> {
  const { config, options, backEnds, counts, failed, directory, journal, policies, audit, stop } = run;
  const host = config.server.hostIdentifier;
  const threads = new VerifierThreads();
  const cure = new StoredCure({
    ...backEnds,
    ...{ policies, audit, host, directory, journal },
    actor: commandActor(),
    createVerifier: (policy, bytes, analyze) => threads.verifier(policy, bytes, analyze),
    analyzes: config.insights.enabled,
    dryRun: options.dryRun,
    all: options.all,
  });
  const { catalog } = backEnds;
  const signal = stop.signal;
  for await (const { row, outcome } of cureStored(cure, { catalog, host, since: options.since, signal })) {
    if (outcome === 'unreadable') {
      failed.push({ name: row.id, message: 'its dump is missing or damaged' });
    } else if (outcome === 'current') counts.current += 1;
    else counts.read += 1;
    if (outcome === 'changed') counts.changed += 1;
    run.show(`${counts.read} dumps read, ${journal.found.size} with findings, at ${row.startedAt.slice(0, 10)}`);
  }
}

async function cureArchive(run: Run, from: string): Promise<void> {
  const { config, options, counts, failed, directory, journal, policies, stop } = run;
  const { dryRun, since } = options;
  const threads = new VerifierThreads();
  const createVerifier = (policy: Policy) => threads.verifier(policy);
  const cure = new ArchiveCure({ policies, journal, createVerifier, dryRun });
  for await (const file of archiveFiles(from, { s3: config.storage.s3, directory, clean: !dryRun })) {
    if (stop.signal.aborted) return;
    if (since !== undefined && file.modified !== null && file.modified < since) continue;
    run.show(`${counts.read} files read, ${journal.found.size} with findings, ${printable(file.name)}`);
    try {
      const outcome = await cure.cure(file);
      if (outcome === 'done') counts.current += 1;
      else if (outcome === 'skipped') counts.skipped += 1;
      else counts.read += 1;
      if (outcome === 'changed') counts.changed += 1;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (!['INPUT_UNREADABLE', 'UNSUPPORTED_FORMAT'].includes(error.code)) throw error;
      failed.push({ name: file.name, message: error.message });
    }
  }
}

/** A signal ends the run after the current dump; a second one ends it at once, which leaves nothing half written. */
function stopOnSignal(stop: AbortController): { end(): void } {
  const onSignal = (signal: NodeJS.Signals): void => {
    stop.abort(signal);
    end();
  };
  const end = (): void => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  return { end };
}
