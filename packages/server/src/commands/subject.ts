import { IDENTITY_FIELDS } from '@rtcstats-server/dump';
import type { Erasure } from '../catalog/erasures.ts';
import { auditedExport } from '../lifecycle/subjects/audited-export.ts';
import type { ErasePreview, Subject } from '../lifecycle/subjects/contract.ts';
import { exportSubject } from '../lifecycle/subjects/export.ts';
import { SubjectFinder } from '../lifecycle/subjects/finder.ts';
import { canAsk, confirmByTyping } from '../terminal/confirm.ts';
import { count } from '../terminal/formats.ts';
import { note, print, printable, printJson } from '../terminal/terminal.ts';
import { type Arguments, chooseAction, type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import { commandActor } from './audit-actor.ts';
import type { ExitCode } from './command.ts';
import { noteDestroyedEpochs } from './destroyed-epochs.ts';
import { writeFileWhole, writeToStdout } from './output-file.ts';
import { configOption, withStoredSessions } from './stored-sessions.ts';
import { type SubjectParts, withSubjects } from './subject-parts.ts';

export const help = `
Usage: rtcstats-server subject export --user ID | --conference ID | --session ID -o FILE
       rtcstats-server subject erase  --user ID | --conference ID | --session ID [--dry-run] [--yes] [--json]
       rtcstats-server subject replay [--json]

Answers requests of the people in the data. ID is the id in the application, whose pseudonyms in all key epochs are computed, or
a pseudonym as it is in the list of sessions. docs/data-protection.md walks through both kinds of requests.

export  writes everything that is stored about a person or a call into one ZIP file: the dumps, the rows of the catalog and the
        results of the analysis, with a page for people who are no engineers. Exit code 1: nothing is stored
  -o, --output FILE  the ZIP file; - is standard output
erase   erases all of it: dumps in the storage and in quarantine, rows, analyses, Parquet rows, and the dumps that were sent to
        rtcstats.com. Calls that are being recorded are ended. Prints a receipt, which stays in the catalog and names nobody.
        Works beside a running gateway, which then does the work. Asks for the name once more on a terminal. What is under a
        legal hold is not erased. Exit code 1: something has to wait; the gateway erases it when it can
  --dry-run          only counts what would be erased
  -y, --yes          does not ask
replay  erases again what was erased before and is back, because a backup was restored. A gateway does this when it starts

  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory (default ./data)
  --json             print JSON

Example: rtcstats-server subject export --user alice@example.com -o alice.zip
`;

export const options = {
  user: { type: 'string' },
  conference: { type: 'string' },
  session: { type: 'string' },
  output: { type: 'string', short: 'o', path: 'file' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  json: { type: 'boolean' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
} as const satisfies OptionSpecs;

export const actions = ['export', 'erase', 'replay'] as const;

type Action = (typeof actions)[number];
type Flags = Arguments<typeof options>['values'];

/** The subcommands that take each flag; a flag that is not listed goes with all. */
const TAKEN_BY: { readonly [K in keyof Flags]?: readonly Action[] } = {
  user: ['export', 'erase'],
  conference: ['export', 'erase'],
  session: ['export', 'erase'],
  output: ['export'],
  'dry-run': ['erase'],
  yes: ['erase'],
  json: ['erase', 'replay'],
};

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('subject', args, options);
  const [given, ...others] = positionals;
  const action = chooseAction('subject', given, actions);
  if (others.length > 0) throw usageError(`subject ${action} takes no ${JSON.stringify(others[0])}`, 'subject');
  for (const name of Object.keys(values) as (keyof Flags)[]) {
    if (TAKEN_BY[name]?.includes(action) === false) throw usageError(`subject ${action} takes no --${name}`, 'subject');
  }
  switch (action) {
    case 'export':
      return await exportTo(subjectOf(values, action), values);
    case 'erase':
      return await erase(subjectOf(values, action), values);
    case 'replay':
      return await replay(values);
    default:
      throw new TypeError(action satisfies never);
  }
}

function subjectOf(values: Flags, action: Action): Subject {
  const [kind, ...others] = IDENTITY_FIELDS.filter((field) => values[field] !== undefined);
  const name = kind && values[kind];
  if (kind !== undefined && name && others.length === 0) return { kind, name };
  throw usageError(`subject ${action} needs one of --user, --conference and --session`, 'subject');
}

async function exportTo(subject: Subject, values: Flags): Promise<ExitCode> {
  const { output } = values;
  if (output === undefined || (output === '-' && process.stdout.isTTY)) {
    throw usageError('subject export needs -o FILE, because a ZIP file cannot be shown on a terminal', 'subject');
  }
  return await withStoredSessions<ExitCode>(configOption(values), async (sessions, { catalog, keys, audit }) => {
    noteDestroyedEpochs(keys);
    const finder = new SubjectFinder(catalog, keys);
    const begin = () => exportSubject({ sessions, catalog, finder }, subject);
    const { zip, progress, recorded } = await auditedExport(audit, commandActor(), begin);
    if (output === '-') await writeToStdout(zip);
    else await writeFileWhole(output, zip);
    await recorded;
    note(`${count(progress.sessions, 'session')} exported`);
    return 0;
  });
}

async function erase(subject: Subject, values: Flags): Promise<ExitCode> {
  return await withSubjects(configOption(values), async ({ service, keys }) => {
    noteDestroyedEpochs(keys);
    if (values['dry-run']) {
      const preview = await service.preview(subject);
      if (values.json) printJson(preview);
      else printPreview(preview);
      return 0;
    }
    const mustAsk = !values.yes && !values.json && canAsk();
    if (mustAsk && !(await isConfirmed(service, subject))) {
      note('Nothing was erased.');
      return 1;
    }
    const receipt = await service.erase({ ...subject, by: commandActor() });
    if (values.json) printJson(withoutHashes(receipt));
    else printReceipt(receipt);
    return receipt.finishedAt === null ? 1 : 0;
  });
}

/** Shows what would be erased, and asks. Under a legal hold there is nothing to ask: it is refused, and recorded. */
async function isConfirmed(service: SubjectParts['service'], subject: Subject): Promise<boolean> {
  const overview = await service.overview(subject);
  if (overview.holds.length > 0) return true;
  printPreview(overview);
  return await confirmByTyping(`To erase it permanently, type ${printable(subject.name)}:`, subject.name);
}

async function replay(values: Flags): Promise<ExitCode> {
  return await withSubjects(configOption(values), async (parts: SubjectParts) => {
    const erasures = await parts.replay(commandActor());
    await parts.finishAll();
    const waiting = (await parts.catalog.erasures.open()).length;
    if (values.json) printJson({ erasures, waiting });
    else if (erasures === 0) print('Nothing that was erased is back.');
    else print(`${count(erasures, 'erasure')} repeated${waiting > 0 ? `, ${waiting} of them not finished yet` : ''}`);
    return waiting > 0 ? 1 : 0;
  });
}

function printPreview({ sessions, states, forwarded, elsewhere }: ErasePreview): void {
  const listed = Object.entries(states).map(([state, number]) => `${number} ${state}`);
  print(`${count(sessions, 'session')}${listed.length > 0 ? `: ${listed.join(', ')}` : ''}`);
  if (forwarded > 0) print(`${count(forwarded, 'dump')} to be deleted at rtcstats.com`);
  if (elsewhere > 0) print(`${count(elsewhere, 'dump')} in the quarantine of another gateway, which has to run`);
}

function printReceipt(receipt: Erasure): void {
  const { id, sessions, live, places, waitsFor, requestedAt, finishedAt, by, kind, subject } = receipt;
  const lines: [string, string][] = [
    ['receipt', id],
    ['kind', kind],
    ['subject', `${subject} (keyed hash)`],
    ['requested', `${requestedAt} by ${by}`],
    ['finished', finishedAt ?? 'not yet'],
    ['sessions', `${sessions}${live > 0 ? `, ${live} of them were being recorded and were ended` : ''}`],
    ...Object.entries(places).map(([place, outcomes]): [string, string] => [
      place,
      Object.entries(outcomes)
        .map(([outcome, number]) => `${number} ${outcome}`)
        .join(', '),
    ]),
    ...Object.entries(waitsFor).map(([what, number]): [string, string] => ['waits for', `${what} (${number})`]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  for (const [name, text] of lines) print(`${name.padEnd(width)}  ${printable(text)}`);
}

function withoutHashes({ hashes: _, ...receipt }: Erasure): Omit<Erasure, 'hashes'> {
  return receipt;
}
