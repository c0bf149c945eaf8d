import { DumpError, DumpReader, type EventReader, openEvents } from '@rtcstats-server/dump';
import {
  type AnalysisDocument,
  analyzeEvents,
  CallSeries,
  digestOf,
  FeatureAccumulator,
  isProblem,
} from '@rtcstats-server/insights';
import { showProgress } from '../terminal/progress.ts';
import { note, paint, print, printable, printJson } from '../terminal/terminal.ts';
import { analysisReport } from './analysis-report.ts';
import { analyzeConference } from './analyze-conference.ts';
import { analyzeStored } from './analyze-stored.ts';
import { type OptionSpecs, parseArguments, timeOf, usageError } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { type DumpInput, inputError } from './dump-input.ts';
import { sourceError, sourcesOf, withSource } from './dump-sources.ts';
import { configOption } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server analyze FILE|DIR|SESSION-ID|- … [flags]
       rtcstats-server analyze --stored [--since TIME] [--json]
       rtcstats-server analyze --conference NAME [--json]

Says how good calls were, what went wrong, when, in which direction, and what to do about it. Reads stored dumps, dumps
of other rtcstats servers, recordings (one message per line) and webrtc-internals dumps, plain or compressed. A file that is
cut short is judged up to there. What could not be judged is listed. docs/observations.md explains all observations.

Exit code: 0 no problem, 1 problems, that is, an observation of severity medium or higher (even if other files could not
be read), 2 no problem was found, but something could not be read or there was no dump.

  --stored           analyzes the stored dumps that have no analysis, or one of an older version, and stores the results; a
                     gateway may run meanwhile. A run that was interrupted is continued by the next one
  --since TIME       with --stored: sessions that started at or after this time, such as 2026-01-31
  --conference NAME  compares the stored analyses of a conference, and says whose network, which TURN server or which
                     browser is at fault; the name is that of the application or the stored one. Exit code: 0 no cause
                     found, 1 causes, 2 nothing to compare
  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory, for session ids
  --utc              times in UTC (default: the time zone of this machine, which is named)
  --json             the analysis, as GET /api/sessions/:id/analysis gives it, or {error, code}; with several arguments
                     or a directory {results: [{name, analysis} or {name, error, code}], skipped}; with --stored
                     {analyzed, withProblems, verdicts, failed, withoutDump}, the last two with session ids; with
                     --conference as GET /api/conferences/:name/analysis gives it
  --digest           a text of at most 4,000 tokens per call, for an assistant; has no text of the dump (docs/assistants.md)

Example: rtcstats-server analyze webrtc_internals_dump.txt
`;

export const options = {
  stored: { type: 'boolean' },
  since: { type: 'string' },
  conference: { type: 'string' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
  utc: { type: 'boolean' },
  json: { type: 'boolean' },
  digest: { type: 'boolean' },
} as const satisfies OptionSpecs;

export const operands = 'file';

/** The outcome for one dump. */
type Result =
  | ({ readonly name: string } & Analyzed)
  | { readonly name: string; readonly error: string; readonly code: string };

interface Analyzed {
  readonly analysis: AnalysisDocument;
  /** With `--digest`. */
  readonly digest?: string;
}

interface Totals {
  good: number;
  bad: number;
  unread: number;
  skipped: number;
}

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('analyze', args, options);
  if (values.json && values.digest) throw usageError('--json and --digest exclude each other', 'analyze');
  const config = configOption(values);
  const display = { utc: values.utc ?? false, now: Date.now() };
  if (values.conference !== undefined) {
    if (positionals.length > 0 || values.digest || values.stored || values.since !== undefined)
      throw usageError('--conference takes neither names nor --stored, --since and --digest', 'analyze');
    return await analyzeConference(config, values.conference, { ...display, json: values.json ?? false });
  }
  if (values.stored) {
    if (positionals.length > 0 || values.digest)
      throw usageError('--stored takes neither names nor --digest', 'analyze');
    const since = values.since === undefined ? {} : { since: timeOf(values.since, '--since', 'analyze') };
    return await analyzeStored(config, { ...since, json: values.json ?? false });
  }
  if (values.since !== undefined) throw usageError('--since needs --stored', 'analyze');
  if (positionals.length === 0) throw usageError('analyze needs a file, a directory or a session id', 'analyze');
  const analyzeInput = (input: DumpInput): Promise<Analyzed> => analyze(input, values.digest ?? false);

  const totals: Totals = { good: 0, bad: 0, unread: 0, skipped: 0 };
  /** Only for `--json`, because the features of many dumps need memory. */
  const results: Result[] = [];
  let isList = positionals.length > 1;
  for (const argument of positionals) {
    for await (const source of sourcesOf(argument)) {
      isList ||= source.kind === 'found' || source.kind === 'unlisted';
      let result: Result;
      try {
        result = { name: source.name, ...(await withSource(source, config, analyzeInput)) };
      } catch (error) {
        const { isSkipped, message, code } = sourceError(source, error);
        if (isSkipped) {
          totals.skipped += 1;
          continue;
        }
        result = { name: source.name, error: message, code };
      }
      totals[outcomeOf(result)] += 1;
      if (values.json) results.push(result);
      else if ('error' in result) note(notRead(result.error, result.code));
      else if (result.digest !== undefined)
        print(isList ? `=== ${printable(result.name)}\n${result.digest}` : result.digest);
      else for (const line of analysisReport(result.name, result.analysis, display)) print(line);
    }
  }
  const [only] = results;
  if (!values.json) printSummary(totals, values.digest ? note : print);
  else if (isList || only === undefined) printJson({ results, skipped: totals.skipped });
  else printJson('error' in only ? { error: only.error, code: only.code } : only.analysis);
  if (totals.bad > 0) return 1;
  return totals.unread > 0 || totals.good === 0 ? 2 : 0;
}

function outcomeOf(result: Result): 'good' | 'bad' | 'unread' {
  if ('error' in result) return 'unread';
  return result.analysis.observations.some(isProblem) ? 'bad' : 'good';
}

async function analyze(input: DumpInput, wantsDigest: boolean): Promise<Analyzed> {
  const hideProgress = showProgress(input.name, input.bytesRead, input.size);
  try {
    const reader = await openInput(input);
    const series = wantsDigest ? new CallSeries() : undefined;
    const analysis = await analyzeEvents(reader, FeatureAccumulator.of(reader), series);
    if (series === undefined) return { analysis };
    return { analysis, digest: digestOf(analysis, { metadata: reader.metadata, series }) };
  } catch (error) {
    throw inputError(error, input.name);
  } finally {
    hideProgress();
    input.close();
  }
}

async function openInput({ kind, bytes }: DumpInput): Promise<EventReader> {
  const source = dumpErrors(bytes);
  if (kind === 'recording') return DumpReader.openRecording(source, { badLines: 'skip' });
  return await openEvents(source, { badLines: 'skip' });
}

/** Passes a dump on with the errors of its format, because one that is cut short or damaged is analyzed up to there. */
async function* dumpErrors(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* bytes;
  } catch (error) {
    throw error instanceof Error && error.cause instanceof DumpError ? error.cause : error;
  }
}

function notRead(error: string, code: string): string {
  return `${paint('red', 'not read', process.stderr)}  ${printable(error)} [${code}]`;
}

function printSummary({ good, bad, unread, skipped }: Totals, show: (line: string) => void): void {
  const total = good + bad + unread;
  if (total === 0) note('There was no dump to read.');
  if (skipped > 0) note(`Files skipped because they are neither dumps nor recordings: ${skipped}`);
  if (total > 1) show(`Dumps: ${total}; without problems ${good}, with problems ${bad}, not read ${unread}`);
}
