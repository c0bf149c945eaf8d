import { type Policy, PRESETS } from '@rtcstats-server/privacy';
import { type Verdict, Verifier } from '@rtcstats-server/privacy/verifier';
import type { Config } from '../config/config.ts';
import { count, formatCount } from '../terminal/formats.ts';
import { showProgress } from '../terminal/progress.ts';
import { note, paint, print, printable, printJson } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { type DumpInput, inputError } from './dump-input.ts';
import { type DumpSource, sourceError, sourcesOf, withSource } from './dump-sources.ts';
import { policyOption } from './policy-option.ts';
import { configOption } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server verify FILE|DIR|SESSION-ID|- … [flags]

Reads dumps, recordings and webrtc-internals dumps, plain or compressed, and reports the personal data left in them. The
verifier shares no code with the anonymizer. In a directory, every dump in it and below is read; files of another kind
are counted as skipped. A file that cannot be read is reported, and the others are still verified.

Exit code: 0 all clean, 1 personal data was found (even if other files could not be read), 2 nothing was found, but
something could not be read or there was no dump.

  --preset NAME      the policy to verify against: standard, strict or compatible (default: the configuration's)
  --policy FILE      the same from a file
  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory, for session ids
  --json             {clean, results: [{name, clean, total, findings, classes, lines} or {name, error, code}], skipped}

Example: rtcstats-server verify ./data/dumps
`;

export const options = {
  preset: { type: 'string', values: PRESETS },
  policy: { type: 'string', path: 'file' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  json: { type: 'boolean' },
} as const satisfies OptionSpecs;

export const operands = 'file';

/** The outcome for one dump. */
type Result =
  | ({ readonly name: string } & Verdict)
  | { readonly name: string; readonly error: string; readonly code: string };

/** Findings shown per dump. */
const SHOWN = 20;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('verify', args, options);
  if (positionals.length === 0) throw usageError('verify needs a file, a directory or a session id', 'verify');
  const config = configOption(values);
  const policy = policyOption('verify', values) ?? config.privacy;

  const results: Result[] = [];
  let skipped = 0;
  for (const argument of positionals) {
    for await (const source of sourcesOf(argument)) {
      const result = await verifyOne(source, policy, config);
      if (result === undefined) {
        skipped += 1;
        continue;
      }
      results.push(result);
      if (!values.json) printResult(result);
    }
  }
  const dirty = results.filter((result) => !('error' in result) && !result.clean).length;
  const unread = results.filter((result) => 'error' in result).length;
  if (values.json) printJson({ clean: dirty + unread === 0 && results.length > 0, results, skipped });
  else printSummary(results.length, dirty, unread, skipped);
  if (dirty > 0) return 1;
  return unread > 0 || results.length === 0 ? 2 : 0;
}

/** `undefined`: skipped, because the file was found in a directory and is not a dump. */
async function verifyOne(source: DumpSource, policy: Policy, config: Config): Promise<Result | undefined> {
  const { name } = source;
  try {
    return await withSource(source, config, (input) => verifyInput(name, input, policy));
  } catch (error) {
    const { isSkipped, message, code } = sourceError(source, error);
    return isSkipped ? undefined : { name, error: message, code };
  }
}

async function verifyInput(name: string, input: DumpInput, policy: Policy): Promise<Result> {
  const verifier = new Verifier(policy);
  const hideProgress = showProgress(name, input.bytesRead, input.size);
  try {
    for await (const chunk of input.bytes) verifier.push(chunk);
    return { name, ...verifier.end() };
  } catch (error) {
    throw inputError(error, name);
  } finally {
    hideProgress();
    input.close();
  }
}

function printResult(result: Result): void {
  const name = printable(result.name);
  if ('error' in result) {
    note(`${paint('red', 'not read', process.stderr)}  ${printable(result.error)} [${result.code}]`);
    return;
  }
  if (result.clean) {
    print(`${paint('green', 'clean')}  ${name}  ${count(result.lines, 'line')}`);
    return;
  }
  print(`${paint('red', 'NOT CLEAN')}  ${name}  ${count(result.total, 'finding')} in ${count(result.lines, 'line')}`);
  for (const finding of result.findings.slice(0, SHOWN)) {
    print(`  line ${finding.line}  ${printable(finding.path)}  ${finding.class}  ${printable(finding.excerpt)}`);
  }
  if (result.total > SHOWN) print(`  … and ${formatCount(result.total - SHOWN)} more`);
}

function printSummary(total: number, dirty: number, unread: number, skipped: number): void {
  if (total === 0) note('There was no dump to read.');
  if (skipped > 0) note(`${count(skipped, 'file')} skipped: neither dumps nor recordings.`);
  if (total > 1)
    print(`${count(total, 'dump')}: ${total - dirty - unread} clean, ${dirty} not clean, ${unread} not read`);
}
