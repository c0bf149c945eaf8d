import { existsSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { AffectedDump, FindingsReport } from '@rtcstats-server/api';
import { PRESETS } from '@rtcstats-server/privacy';
import { count } from '../terminal/formats.ts';
import { table } from '../terminal/table.ts';
import { note, print, printable, printJson } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, timeOf, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { writeFileWhole } from './output-file.ts';
import { policyOption } from './policy-option.ts';
import { type CureResult, runCure } from './reanonymize-run.ts';
import { configOption } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server reanonymize [--since TIME] [--policy FILE | --preset NAME] [--dry-run] [-o FILE] [--json]
       rtcstats-server reanonymize --from DIR|s3://BUCKET/PREFIX [flags]

Reads stored dumps again with today's policy, anonymizer and verifier, and replaces those in which something is found or that
the policy changes; all others stay byte for byte. Pseudonyms stay the same. Reports what had been left, in whose sessions,
since when, and where they had been forwarded, without any value. A gateway may run meanwhile.

A dump is replaced under its key in one step, and its row gets the new SHA-256, receipt and analysis. A dump in which the
verifier still finds something goes into quarantine. Dumps in quarantine are not read and not released. Copies that were
forwarded are not replaced. Dumps whose receipt names today's policy and versions are not read, so run the same command
again after an interruption.

  --since TIME       only sessions that started, or files of --from that were written, at or after this time
  --policy FILE      YAML file with the settings of \`privacy\` (default: the configuration)
  --preset NAME      standard, strict or compatible instead of the configuration
  --from SOURCE      an archive of another rtcstats server, instead of the stored dumps: a directory, whose files are
                     replaced in place, or s3://BUCKET/PREFIX, with the settings of storage.s3. A file in which something
                     is still found stays as it was
  --all              also reads dumps whose receipt names today's policy and versions
  --dry-run          replaces nothing; the outcome of a dump with findings is pending
  -o, --output FILE  writes the findings as JSON, for \`report --kind breach --findings FILE\`
  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data), which has the keys, the catalog and the audit log
  --json             prints the same JSON

Exit code: 0 nothing was found, 1 something was found and cured (or would be), 2 failed, some dumps could not be cured,
or --from has no dump.

Example: rtcstats-server reanonymize --since 2026-01-01 -o findings.json
`;

export const options = {
  since: { type: 'string' },
  policy: { type: 'string', path: 'file' },
  preset: { type: 'string', values: PRESETS },
  from: { type: 'string', path: 'directory' },
  all: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  output: { type: 'string', short: 'o', path: 'file' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('reanonymize', args, options);
  if (positionals.length > 0) throw usageError(`reanonymize takes no ${JSON.stringify(positionals[0])}`, 'reanonymize');
  const { from, output, all = false } = values;
  if (from !== undefined && all) throw usageError('--from reads every file, so it takes no --all', 'reanonymize');
  const since = values.since === undefined ? undefined : timeOf(values.since, '--since', 'reanonymize');
  const policy = policyOption('reanonymize', values);
  const config = configOption(values);
  if (from !== undefined) refuseOwnData(from, config.dataDirectory);
  const dryRun = values['dry-run'] ?? false;
  const result = await runCure(
    config,
    { policy: policy ?? config.privacy, from, since, all, dryRun },
    async (report) => {
      if (output !== undefined) await writeFileWhole(output, chunks(`${JSON.stringify(report, null, 2)}\n`));
      if (values.json) printJson(report);
      else printReport(report);
    },
  );
  summarize(result, dryRun);
  const { read, current } = result.counts;
  // A wrong name must not look like an archive in which nothing was found.
  if (from !== undefined && read + current === 0) return 2;
  return exitCodeOf(result, dryRun);
}

/** The files of a gateway have rows, which name their SHA-256. */
function refuseOwnData(from: string, dataDirectory: string): void {
  if (/^s3:\/\//i.test(from)) return;
  if (!existsSync(from)) throw usageError(`There is no directory ${from}`, 'reanonymize');
  if (!existsSync(dataDirectory)) return;
  const [source, own] = [from, dataDirectory].map((path) => join(realpathSync(path), sep));
  if (source!.startsWith(own!) || own!.startsWith(source!)) {
    throw usageError('--from is the data directory; leave it out to read the stored dumps', 'reanonymize');
  }
}

function exitCodeOf({ report, interrupted, failed }: CureResult, dryRun: boolean): ExitCode {
  const isUncured = report.dumps.some(({ outcome }) => outcome === 'failed' || (!dryRun && outcome === 'pending'));
  if (interrupted !== null || failed.length > 0 || report.unreadable > 0 || isUncured) return 2;
  return report.dumps.length > 0 ? 1 : 0;
}

function printReport({ dumps }: FindingsReport): void {
  if (dumps.length === 0) return;
  const rows = dumps.map(({ session, outcome, findings, user, storedAt, forwarded }) => [
    printable(session),
    outcome,
    classesOf(findings),
    printable(user ?? '-'),
    storedAt?.slice(0, 19).replace('T', ' ') ?? '-',
    forwardedTo(forwarded),
  ]);
  print(table(['SESSION', 'OUTCOME', 'FOUND', 'USER', 'SINCE (UTC)', 'FORWARDED TO'], rows));
}

function classesOf(findings: AffectedDump['findings']): string {
  return Object.entries(findings)
    .map(([name, number]) => `${name} ${number}`)
    .join(', ');
}

function forwardedTo(transfers: AffectedDump['forwarded']): string {
  if (transfers === undefined || transfers.length === 0) return '-';
  return transfers.map(({ target, withdrawn }) => `${target}${withdrawn ? ' (withdrawn)' : ''}`).join(', ');
}

function summarize({ report, counts, failed, quarantined, interrupted }: CureResult, dryRun: boolean): void {
  for (const { name, message } of failed) note(`not read  ${printable(name)}: ${printable(message)}`);
  const { dumps, read } = report;
  const people = new Set(dumps.flatMap(({ user }) => user ?? [])).size;
  const parts = [
    `${count(read, 'dump')} read`,
    `${dumps.length} with findings${people > 0 ? ` (${count(people, 'user')})` : ''}`,
    ...(counts.changed > 0 ? [`${counts.changed} ${dryRun ? 'to be ' : ''}rewritten without findings`] : []),
    ...(counts.current > 0 ? [`${counts.current} read by an earlier run or under the same policy`] : []),
    ...(counts.skipped > 0 ? [`${count(counts.skipped, 'file')} skipped: not dumps`] : []),
    ...(failed.length > 0 ? [`${failed.length} not read`] : []),
  ];
  note(parts.join(', '));
  const forwarded = dumps.filter((dump) => dump.forwarded?.some(({ withdrawn }) => !withdrawn)).length;
  if (forwarded > 0) note(`${count(forwarded, 'dump')} had been forwarded; the copies there are as they were.`);
  if (quarantined) note('Dumps in quarantine were not read and are not released by this.');
  if (interrupted !== null) note(`Interrupted by ${interrupted}; run the same command again to continue.`);
}

async function* chunks(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text);
}
