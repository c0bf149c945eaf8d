import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeEvent, EventClock } from '@rtcstats-server/dump';
import { Analysis, type AnalysisDocument } from '@rtcstats-server/insights';

/** What ought to be found in a recording. Times are in seconds since its first message. */
export interface RecordingLabel {
  readonly name: string;
  readonly file: string;
  /** Of the client; otherwise it is read from NAME.headers.json. */
  readonly userAgent?: string;
  readonly fault: { readonly kind: string };
  readonly expected: readonly ExpectedLabel[];
  /** Neither right nor wrong. */
  readonly acceptable: readonly string[];
}

export interface ExpectedLabel {
  readonly label: string;
  readonly direction?: 'inbound' | 'outbound';
  readonly from: number;
  readonly to: number;
  /** Until when the effect shows. */
  readonly effectTo?: number;
}

export interface AnalyzedRecording {
  readonly label: RecordingLabel;
  readonly analysis: AnalysisDocument & { readonly start: number };
}

/** Analyzes all recordings of a folder with `labels.json`. */
export function readTruth(folder: string): AnalyzedRecording[] {
  const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as RecordingLabel[];
  return labels.map((label) => ({ label, analysis: analyzeRecording(join(folder, label.file), label.userAgent) }));
}

/** Analyzes the messages of a client, one per line, plain or gzipped. */
export function analyzeRecording(
  path: string,
  userAgent: string | undefined = userAgentBeside(path),
): AnalysisDocument & { readonly start: number } {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  const analysis = new Analysis({ metadata: userAgent === undefined ? {} : { userAgent } });
  const clock = new EventClock();
  let start: number | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const content = decodeEvent(JSON.parse(line));
    if (content === undefined) continue;
    const time = clock.advance(content.delta);
    start ??= time;
    analysis.add({ ...content, time, line: index + 1 });
  }
  return { ...analysis.result(), start: start ?? 0 };
}

/** The user agent in NAME.headers.json, if there is one. */
function userAgentBeside(path: string): string | undefined {
  const headers = path.replace(/\.raw(\.gz)?$/, '.headers.json');
  if (!existsSync(headers)) return undefined;
  return (JSON.parse(readFileSync(headers, 'utf8')) as { headers: Record<string, string> }).headers['user-agent'];
}
