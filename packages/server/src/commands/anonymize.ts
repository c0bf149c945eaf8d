import { stat } from 'node:fs/promises';
import {
  type CompiledPolicy,
  compilePolicy,
  ENGINE,
  PRESETS,
  presetPolicy,
  type Receipt,
} from '@rtcstats-server/privacy';
import { count } from '../terminal/formats.ts';
import { showProgress } from '../terminal/progress.ts';
import { note, paint } from '../terminal/terminal.ts';
import { anonymizeDirectory } from './anonymize-directory.ts';
import { anonymizeFile } from './anonymize-file.ts';
import { type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { STDIN } from './dump-input.ts';
import { refuseSameFile, writeFileWhole } from './output-file.ts';
import { policyOption } from './policy-option.ts';

export const help = `
Usage: rtcstats-server anonymize [FILE|-] [-o FILE] [--preset NAME | --policy FILE] [--report FILE]
       rtcstats-server anonymize DIR -o DIR [--preset NAME | --policy FILE] [--report FILE]

Anonymizes an rtcstats dump, a recording of a client's messages (one per line) or a webrtc-internals dump, plain
or compressed (gzip, zstd).
The output has the format of the input and is compressed if the input is. Without FILE it reads standard input, without -o it
writes to standard output. The input is never changed, and the output file appears only when it is complete. Lines that cannot
be parsed are dropped and counted. A webrtc-internals dump is one JSON text, so it is rejected as a whole.

In a directory, every dump in it and below is anonymized into the same place below -o. Files of another kind are counted as
skipped. Files that are below -o already are not written again, so run the same command again after an interruption.
Pseudonyms can be compared within one run only.

  -o, --output FILE  output file, compressed if its name ends in .gz or .zst; or output directory
  --preset NAME      standard (default), strict or compatible
  --policy FILE      YAML file with the settings of \`privacy\` in the configuration
  --report FILE      write a JSON report: counts of replaced values and dropped lines, and unknown fields

Exit code: 0 done, 2 failed; for a directory, 2 also if one of the files could not be read or there was no dump.

Example: rtcstats-server anonymize call.gz -o call-anonymized.gz --report receipt.json
`;

export const options = {
  output: { type: 'string', short: 'o', path: 'file' },
  preset: { type: 'string', values: PRESETS },
  policy: { type: 'string', path: 'file' },
  report: { type: 'string', path: 'file' },
} as const satisfies OptionSpecs;

export const operands = 'file';

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('anonymize', args, options);
  if (positionals.length > 1) throw usageError('anonymize takes one file or directory', 'anonymize');
  const file = positionals[0] ?? STDIN;
  if (file === STDIN && process.stdin.isTTY) throw usageError('anonymize needs a file', 'anonymize');
  const compiled = compilePolicy(policyOption('anonymize', values) ?? presetPolicy('standard'));
  const { output, report } = values;
  if (file !== STDIN && (await isDirectory(file))) return await runDirectory(file, output, report, compiled);
  await refuseOverwriting(file, output, report);
  const receipt = await anonymizeFile(file, output, compiled, (input) =>
    showProgress('anonymize', input.bytesRead, input.size),
  );
  if (report !== undefined) await writeReport(report, compiled, receipt);
  reportDropped([receipt]);
  return 0;
}

async function runDirectory(
  directory: string,
  output: string | undefined,
  report: string | undefined,
  compiled: CompiledPolicy,
): Promise<ExitCode> {
  if (output === undefined) throw usageError('anonymize of a directory needs -o with another directory', 'anonymize');
  const result = await anonymizeDirectory(directory, output, compiled);
  const { files, done, skipped, failed } = result;
  if (report !== undefined) {
    const receipts = files.map(({ name, receipt }) => ({ name, ...receipt }));
    await writeReport(report, compiled, { files: receipts, done, skipped, failed });
  }
  reportDropped(files.map(({ receipt }) => receipt));
  const earlier = done === 0 ? '' : `, ${count(done, 'file')} done by an earlier run`;
  const others = skipped === 0 ? '' : `, ${count(skipped, 'file')} skipped: neither dumps nor recordings`;
  note(`${count(files.length, 'file')} anonymized${earlier}${others}, ${failed.length} not read`);
  return failed.length > 0 || files.length + done === 0 ? 2 : 0;
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

async function refuseOverwriting(input: string, output: string | undefined, report: string | undefined): Promise<void> {
  for (const target of [output, report]) {
    if (input !== STDIN && target !== undefined) await refuseSameFile(input, target);
  }
  if (report !== undefined && report === output) throw usageError('-o and --report name the same file', 'anonymize');
}

async function writeReport(file: string, { policy, hash }: CompiledPolicy, outcome: object): Promise<void> {
  const content = { policy: policy.preset, hash, engine: ENGINE, ...outcome };
  await writeFileWhole(file, chunks(`${JSON.stringify(content, null, 2)}\n`));
}

async function* chunks(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text);
}

function reportDropped(receipts: readonly Receipt[]): void {
  const byReason = new Map<string, number>();
  for (const { dropped } of receipts) {
    for (const [reason, number] of Object.entries(dropped)) byReason.set(reason, (byReason.get(reason) ?? 0) + number);
  }
  const custom = byReason.get('custom') ?? 0;
  byReason.delete('custom');
  if (custom > 0) report(custom, 'event', 'left out, because the policy drops events of the application');
  if (byReason.size === 0) return;
  const reasons = [...byReason].map(([reason, number]) => `${reason}: ${number}`);
  const total = [...byReason.values()].reduce((sum, number) => sum + number, 0);
  report(total, 'line', `dropped, because ${total === 1 ? 'it' : 'they'} cannot be read (${reasons.join(', ')})`);
}

function report(number: number, noun: string, outcome: string): void {
  const title = paint('yellow', 'note:', process.stderr);
  note(`${title} ${count(number, noun)} ${number === 1 ? 'was' : 'were'} ${outcome}`);
}
