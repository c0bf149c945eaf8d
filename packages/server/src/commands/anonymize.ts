import { constants, createGzip } from 'node:zlib';
import { MAX_INTERNALS_BYTES } from '@rtcstats-server/dump';
import {
  Anonymizer,
  anonymizeInternals,
  compilePolicy,
  DumpAnonymizer,
  ENGINE,
  policyHash,
  presetPolicy,
  type Receipt,
} from '@rtcstats-server/privacy';
import { showProgress } from '../terminal/progress.ts';
import { count, note, paint } from '../terminal/terminal.ts';
import { parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { type DumpInput, inputError, openDumpInput, STDIN, tooLarge } from './dump-input.ts';
import { refuseSameFile, writeFileWhole, writeToStdout } from './output-file.ts';
import { policyOption } from './policy-option.ts';

export const help = `
Usage: rtcstats-server anonymize [FILE|-] [-o FILE] [--preset NAME | --policy FILE] [--report FILE]

Anonymizes an rtcstats dump, a recording of a client's messages (one per line) or a webrtc-internals dump, plain or gzipped.
The output has the format of the input and is compressed if the input is. Without FILE it reads standard input, without -o it
writes to standard output. The input is never changed, and the output file appears only when it is complete. Lines that cannot
be parsed are dropped and counted. A webrtc-internals dump is one JSON text, so it is rejected as a whole.

  -o, --output FILE  output file; compressed if its name ends in .gz
  --preset NAME      standard (default), strict or compatible
  --policy FILE      YAML file with the settings of \`privacy\` in the configuration
  --report FILE      write a JSON report: counts of replaced values and dropped lines, and unknown fields

Example: rtcstats-server anonymize call.gz -o call-anonymized.gz --report receipt.json
`;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('anonymize', args, {
    output: { type: 'string', short: 'o' },
    preset: { type: 'string' },
    policy: { type: 'string' },
    report: { type: 'string' },
  });
  if (positionals.length > 1) throw usageError('anonymize takes one file', 'anonymize');
  const file = positionals[0] ?? STDIN;
  if (file === STDIN && process.stdin.isTTY) throw usageError('anonymize needs a file', 'anonymize');
  const policy = policyOption('anonymize', values) ?? presetPolicy('standard');
  const { output, report } = values;
  await refuseOverwriting(file, output, report);

  const input = await openDumpInput(file);
  const anonymizer = new Anonymizer(compilePolicy(policy));
  const hideProgress = showProgress('anonymize', input.bytesRead, input.size);
  try {
    // A terminal cannot show compressed bytes.
    const gzip =
      output === undefined ? input.gzipped && !process.stdout.isTTY : input.gzipped || output.endsWith('.gz');
    const transforms = gzip ? [createGzip({ level: constants.Z_DEFAULT_COMPRESSION })] : [];
    const clean =
      input.kind === 'webrtc-internals'
        ? anonymizedInternals(input, anonymizer)
        : anonymized(input, new DumpAnonymizer(anonymizer));
    if (output === undefined) await writeToStdout(clean, transforms);
    else await writeFileWhole(output, clean, transforms);
  } finally {
    hideProgress();
    input.close();
  }

  const receipt = anonymizer.receipt();
  if (report !== undefined) {
    const content = { policy: policy.preset, hash: policyHash(policy), engine: ENGINE, ...receipt };
    await writeFileWhole(report, chunks(`${JSON.stringify(content, null, 2)}\n`));
  }
  reportDropped(receipt);
  return 0;
}

async function refuseOverwriting(input: string, output: string | undefined, report: string | undefined): Promise<void> {
  for (const target of [output, report]) {
    if (input !== STDIN && target !== undefined) await refuseSameFile(input, target);
  }
  if (report !== undefined && report === output) throw usageError('-o and --report name the same file', 'anonymize');
}

async function* anonymized(input: DumpInput, anonymizer: DumpAnonymizer): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of input.bytes) {
    const pieces = anonymizer.push(chunk);
    if (pieces.length > 0) yield pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }
  const rest = anonymizer.end();
  if (rest.length > 0) yield Buffer.concat(rest);
}

/** Reads the whole dump into memory, because it is one JSON text. */
async function* anonymizedInternals(input: DumpInput, anonymizer: Anonymizer): AsyncGenerator<Uint8Array, void> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input.bytes) {
    length += chunk.length;
    if (length > MAX_INTERNALS_BYTES) throw tooLarge(input.name);
    pieces.push(chunk);
  }
  try {
    yield await anonymizeInternals(Buffer.concat(pieces), anonymizer);
  } catch (error) {
    throw inputError(error, input.name);
  }
}

async function* chunks(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text);
}

function reportDropped({ dropped }: Receipt): void {
  const { custom = 0, ...others } = dropped;
  if (custom > 0) report(custom, 'event', 'left out, because the policy drops events of the application');
  const reasons = Object.entries(others).map(([reason, number]) => `${reason}: ${number}`);
  if (reasons.length === 0) return;
  const total = Object.values(others).reduce((sum, number) => sum + number, 0);
  report(total, 'line', `dropped, because ${total === 1 ? 'it' : 'they'} cannot be read (${reasons.join(', ')})`);
}

function report(number: number, noun: string, outcome: string): void {
  const title = paint('yellow', 'note:', process.stderr);
  note(`${title} ${count(number, noun)} ${number === 1 ? 'was' : 'were'} ${outcome}`);
}
