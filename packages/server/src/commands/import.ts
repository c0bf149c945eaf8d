import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { DumpImporter, importDirectory } from '../composition/importer.ts';
import { count } from '../terminal/formats.ts';
import { showSteps } from '../terminal/progress.ts';
import { note, paint, printable, printJson } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { ImportJournal } from './import-journal.ts';
import { concernsOneSource, type ImportSource, importSources } from './import-sources.ts';
import { configOption } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server import DIR|FILE|s3://BUCKET/PREFIX … [flags]

Takes over dumps that another server recorded: rtcstats dumps of file format 3, recordings and webrtc-internals dumps, plain or
gzipped. Each is anonymized, verified and stored under the policy of the configuration, and listed with the times of its call.
The source is never changed. A gateway may run in the same data directory. Imported dumps are not forwarded.

What was imported is not imported again, so run the same command again after an interruption. Dumps that cannot be imported are
reported, and the others are still imported. Dumps of calls that are older than retention.dumps are removed by the gateway within
the hour.

  --config FILE      configuration file (default: rtcstats.yaml if it exists); storage.s3 has the endpoint, region and
                     credentials for s3://
  --data DIR         data directory (default ./data)
  --json             print JSON: {imported: [{name, session, state}], done, failed: [{name, error, code}]}

Exit code: 0 done, 1 some dumps could not be imported, 2 failed or nothing was found.

Example: rtcstats-server import /var/lib/old-server/dumps --config /etc/rtcstats.yaml
`;

export const options = {
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

export const operands = 'file';

interface Outcome {
  readonly imported: { readonly name: string; readonly session: string; readonly state: string }[];
  /** Imported by an earlier run. */
  done: number;
  readonly failed: { readonly name: string; readonly error: string; readonly code: string }[];
}

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('import', args, options);
  if (positionals.length === 0) throw usageError('import needs a directory, a file or s3://BUCKET/PREFIX', 'import');
  const missing = positionals.find((name) => !/^s3:\/\//i.test(name) && !existsSync(name));
  if (missing !== undefined) throw usageError(`There is no file or directory ${missing}`, 'import');
  // Like `serve`: the data directory is for its user only.
  process.umask(0o077);
  const config = configOption(values);
  const importer = await DumpImporter.open(config, pino({ level: 'silent' }));
  const outcome: Outcome = { imported: [], done: 0, failed: [] };
  const steps = showSteps('import');
  const interruption = stopOnSignal();
  try {
    const path = join(importDirectory(config), 'imported.jsonl');
    const journal = await ImportJournal.open(path, (id) => importer.isListed(id));
    try {
      for (const argument of positionals) {
        for await (const source of importSources(argument, config)) {
          if (interruption.signal !== undefined) break;
          const number = outcome.imported.length + outcome.done + outcome.failed.length + 1;
          steps.show(`dump ${number}, ${printable(source.name)}`);
          await importOne(source, importer, journal, outcome);
        }
      }
    } finally {
      journal.close();
    }
  } finally {
    steps.end();
    interruption.end();
    await importer.close();
  }
  if (values.json) printJson(outcome);
  else summarize(outcome);
  if (interruption.signal !== undefined) {
    note(`Interrupted by ${interruption.signal}; run the same command again to continue.`);
    return 2;
  }
  if (outcome.imported.length + outcome.done === 0) return 2;
  return outcome.failed.length > 0 ? 1 : 0;
}

interface Interruption {
  /** The signal that arrived. */
  readonly signal: NodeJS.Signals | undefined;
  end(): void;
}

/**
 * A signal ends the import after the current dump, so that nothing is left half stored; a second one ends it at once.
 */
function stopOnSignal(): Interruption {
  let arrived: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    arrived = signal;
    end();
  };
  const end = (): void => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  return {
    get signal() {
      return arrived;
    },
    end,
  };
}

async function importOne(
  source: ImportSource,
  importer: DumpImporter,
  journal: ImportJournal,
  outcome: Outcome,
): Promise<void> {
  const { name, fingerprint } = source;
  if (journal.has(fingerprint)) {
    outcome.done += 1;
    return;
  }
  try {
    const { id, state } = await importer.add(source.read(), (session) => journal.add(fingerprint, session));
    outcome.imported.push({ name, session: id, state });
  } catch (error) {
    if (!concernsOneSource(error)) throw error;
    outcome.failed.push({ name, error: error.message, code: error.code });
  }
}

function summarize({ imported, done, failed }: Outcome): void {
  for (const { name, error, code } of failed) {
    note(`${paint('red', 'not imported', process.stderr)}  ${printable(name)}: ${printable(error)} [${code}]`);
  }
  const quarantined = imported.filter(({ state }) => state === 'quarantined').length;
  const parts = [
    `${count(imported.length, 'dump')} imported`,
    ...(quarantined > 0 ? [`${quarantined} of them quarantined`] : []),
    ...(done > 0 ? [`${count(done, 'dump')} imported by an earlier run`] : []),
    `${failed.length} not imported`,
  ];
  note(parts.join(', '));
}
