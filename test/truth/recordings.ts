import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeEvent, EventClock, openEvents } from '@rtcstats-server/dump';
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
  /** True if the machine was too busy during the call, so that the recording proves nothing. */
  readonly overloaded?: boolean;
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
  readonly analysis: TimedAnalysis;
}

/** An analysis with the time of the first event, in milliseconds since the epoch. */
export type TimedAnalysis = AnalysisDocument & { readonly start: number };

/** Analyzes all recordings and dumps of a folder with `labels.json`. */
export async function readTruth(folder: string): Promise<AnalyzedRecording[]> {
  const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as RecordingLabel[];
  return await Promise.all(
    labels.map(async (label) => {
      const path = join(folder, label.file);
      const isDump = label.file.endsWith('.dump.gz');
      return { label, analysis: isDump ? await analyzeDump(path) : analyzeRecording(path, label.userAgent) };
    }),
  );
}

/** Analyzes a dump that a gateway stored. */
async function analyzeDump(path: string): Promise<TimedAnalysis> {
  const reader = await openEvents(createReadStream(path));
  const analysis = new Analysis({ metadata: reader.metadata });
  let start: number | undefined;
  for await (const event of reader) {
    start ??= event.time;
    analysis.add(event);
  }
  return { ...analysis.result(), start: start ?? 0 };
}

/** Analyzes the messages of a client, one per line, plain or gzipped. */
export function analyzeRecording(path: string, userAgent = userAgentBeside(path)): TimedAnalysis {
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
