import type { DumpMetadata } from '@rtcstats-server/dump';
import { type Chart, chartOf, chartsOf } from './charts.ts';
import { type CandidatePair, candidatePairs, networkPath } from './ice.ts';
import { type Device, devices, type MediaCall, mediaCalls, type TrackUse, trackUses } from './media.ts';
import type { Recording } from './recording.ts';
import { type Description, descriptions } from './sdp.ts';
import { type Lane, timeline } from './timeline.ts';

export interface ConnectionSummary {
  readonly scope: string;
  /** How many times its statistics were taken. */
  readonly samples: number;
  readonly network: string | undefined;
  /** The last one it had. */
  readonly state: string | undefined;
}

export interface Summary {
  readonly metadata: DumpMetadata;
  /** Milliseconds since the epoch, of the first and the last event. */
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
  readonly lines: number;
  readonly events: number;
  readonly methods: readonly string[];
  readonly scopes: readonly (string | null)[];
  readonly connections: readonly ConnectionSummary[];
  readonly skippedLines: number;
  readonly damage: string | undefined;
}

export interface EventFilter {
  /** Part of the method, or of the line's text where it begins with `/`. */
  readonly text: string;
  readonly scope: string | null | undefined;
  readonly stats: boolean;
}

/** One event as a list shows it. */
export interface EventRow {
  readonly method: string;
  readonly scope: string | null;
  readonly time: number;
  readonly line: number;
  /** The beginning of its line. */
  readonly text: string;
}

export interface StatName {
  readonly scope: string;
  readonly report: string;
  readonly type: string;
  readonly name: string;
}

const COUNTERS =
  /^(bytes|packets|frames(Sent|Received|Encoded|Decoded|Dropped|Rendered)|total|.*Count$|.*Samples|messages|nack|pli|fir|retransmitted|requests|responses|header)/i;

/** What the pages can ask of a recording. Each answer is plain data: it goes from the worker to the page. */
export class RecordingView {
  readonly #recording: Recording;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  summary(): Summary {
    const { metadata, index, lines, connections, skippedLines, damage, events } = this.#recording;
    const count = index.time.length;
    return {
      metadata,
      start: count === 0 ? Number.NaN : index.time.at(0),
      end: count === 0 ? Number.NaN : index.time.at(count - 1),
      bytes: lines.bytes,
      lines: lines.lines,
      events: count,
      methods: [...index.methods],
      scopes: [...index.scopes],
      connections: index.scopes
        .filter((scope) => scope !== null)
        .map((scope) => {
          const stats = connections.get(scope);
          const change = events.findLast(
            (event) => event.scope === scope && event.method === 'onconnectionstatechange',
          );
          return {
            scope,
            samples: stats?.times.length ?? 0,
            network: stats && networkPath(stats),
            state: change === undefined ? undefined : String(change.value),
          };
        }),
      skippedLines,
      damage,
    };
  }

  charts(scope: string): Chart[] {
    const stats = this.#recording.connections.get(scope);
    return stats === undefined ? [] : chartsOf(scope, stats);
  }

  chart(scope: string, report: string, name: string): Chart | undefined {
    const stats = this.#recording.connections.get(scope);
    return stats && chartOf(scope, stats, report, name);
  }

  /** Properties with numbers whose name, or report, has all words of the text in it; counters also per second. */
  statNames(text: string, most: number): StatName[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found: StatName[] = [];
    for (const [scope, stats] of this.#recording.connections) {
      for (const report of stats.reports.values()) {
        for (const [property, column] of report.columns) {
          if (column.texts !== undefined || property === 'timestamp') continue;
          for (const name of COUNTERS.test(property) ? [`[${property}/s]`, property] : [property]) {
            const all = `${scope} ${report.type} ${report.id} ${name}`.toLowerCase();
            if (!words.every((word) => all.includes(word))) continue;
            if (found.push({ scope, report: report.id, type: report.type, name }) >= most) return found;
          }
        }
      }
    }
    return found;
  }

  timeline(): Lane[] {
    const { time } = this.#recording.index;
    return timeline(this.#recording.events, time.length === 0 ? 0 : time.at(time.length - 1));
  }

  pairs(scope: string): CandidatePair[] {
    const stats = this.#recording.connections.get(scope);
    return stats === undefined ? [] : candidatePairs(stats);
  }

  descriptions(): Description[] {
    return descriptions(this.#recording.events);
  }

  media(): { calls: MediaCall[]; devices: Device[]; tracks: TrackUse[] } {
    const { events } = this.#recording;
    return { calls: mediaCalls(events), devices: devices(events), tracks: trackUses(events) };
  }

  /** Positions of the events that match, in order. */
  find(filter: EventFilter): Uint32Array {
    const { index, lines } = this.#recording;
    const text = filter.text.toLowerCase();
    const inLine = text.startsWith('/') && text.length > 1 ? text.slice(1) : undefined;
    const methods = index.methods.map(
      (method) =>
        (filter.stats || method !== 'getStats') && (inLine !== undefined || method.toLowerCase().includes(text)),
    );
    const scopes = index.scopes.map((scope) => filter.scope === undefined || scope === filter.scope);
    const found = new Uint32Array(index.time.length);
    let count = 0;
    for (let at = 0; at < index.time.length; at++) {
      if (!methods[index.method.at(at)] || !scopes[index.scope.at(at)]) continue;
      if (inLine !== undefined && !lines.text(index.line.at(at)).toLowerCase().includes(inLine)) continue;
      found[count++] = at;
    }
    return found.slice(0, count);
  }

  rows(positions: readonly number[]): EventRow[] {
    const { index, lines } = this.#recording;
    return positions.map((at) => ({
      method: index.methods[index.method.at(at)] ?? '',
      scope: index.scopes[index.scope.at(at)] ?? null,
      time: index.time.at(at),
      line: index.line.at(at),
      text: lines.text(index.line.at(at)).slice(0, 240),
    }));
  }

  /** Lines as they stand in the dump, from 1. Long ones are cut unless there is one only. */
  lines(from: number, count: number): string[] {
    return Array.from({ length: count }, (_, at) => {
      const text = this.#recording.lines.text(from + at);
      return count > 1 && text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
    });
  }
}
