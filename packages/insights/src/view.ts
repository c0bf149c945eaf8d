import type { DumpMetadata } from '@rtcstats-server/dump';
import type { AnalysisDocument } from './analysis-document.ts';
import { type Chart, chartOf, chartsOf } from './charts.ts';
import { type CandidatePair, candidatePairs, networkPath } from './ice.ts';
import { type IceSetup, iceSetup } from './ice-setup.ts';
import { type Marker, markersOf } from './markers.ts';
import { type Device, devices, type MediaCall, mediaCalls, type TrackUse, trackUses } from './media.ts';
import type { Recording } from './recording.ts';
import { type Description, descriptions } from './sdp.ts';
import { type Lane, timeline } from './timeline.ts';

/** Summary of one peer connection. */
export interface ConnectionSummary {
  readonly scope: string;
  /** Number of getStats events. */
  readonly samples: number;
  /** The network path, such as `direct, UDP`; undefined if no pair was selected. */
  readonly network: string | undefined;
  /** The last connection state; undefined if it never changed. */
  readonly state: string | undefined;
}

/** Summary of a recording. */
export interface Summary {
  /** Events of an rtcstats dump are its lines, those of a webrtc-internals dump are not. */
  readonly kind: Recording['kind'];
  readonly metadata: DumpMetadata;
  /** Times of the first and last event in milliseconds since the epoch; NaN if there are none. */
  readonly start: number;
  readonly end: number;
  /** Decompressed size. */
  readonly bytes: number;
  readonly lines: number;
  readonly events: number;
  readonly methods: readonly string[];
  readonly scopes: readonly (string | null)[];
  readonly connections: readonly ConnectionSummary[];
  readonly skippedLines: number;
  /** A message if the dump is truncated or damaged. */
  readonly damage: string | undefined;
}

/** Conditions on events, which are ANDed. */
export interface EventFilter {
  /** Part of the method's name or, after a `/`, of the text of the line. Case is ignored. */
  readonly text: string;
  /** undefined matches every scope; null matches events without a connection. */
  readonly scope: string | null | undefined;
  /** Whether getStats events are included. */
  readonly stats: boolean;
}

/** An event as an entry of a list. */
export interface EventRow {
  readonly method: string;
  readonly scope: string | null;
  readonly time: number;
  readonly line: number;
  /** The first 240 characters of the event's text. */
  readonly text: string;
}

/** A statistic that can be charted. */
export interface StatName {
  readonly scope: string;
  readonly report: string;
  /** The type of the report. */
  readonly type: string;
  /** The property, or `[property/s]` for the rate of a counter. */
  readonly name: string;
}

/** Properties that are counters, for which rates are offered. */
const COUNTERS =
  /^(bytes|packets|frames(Sent|Received|Encoded|Decoded|Dropped|Rendered)|total|.*Count$|.*Samples|messages|nack|pli|fir|retransmitted|requests|responses|header)/i;

/** Queries on a recording. All results are plain data, because they are sent from a worker to the page. */
export class RecordingView {
  readonly #recording: Recording;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** The summary of the recording. */
  summary(): Summary {
    const { kind, metadata, index, lines, connections, skippedLines, damage, events } = this.#recording;
    const count = index.time.length;
    return {
      kind,
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

  /** The verdict on the call, without features; undefined until the dump has been read to its end. */
  analysis(): AnalysisDocument | undefined {
    const { analysis } = this.#recording;
    if (analysis instanceof Error) throw analysis;
    return analysis;
  }

  /** The standard charts of a connection. */
  charts(scope: string): Chart[] {
    const stats = this.#recording.connections.get(scope);
    return stats === undefined ? [] : chartsOf(scope, stats);
  }

  /** The moments to mark in the plots of a connection. */
  markers(scope: string): Marker[] {
    return markersOf(this.#recording.events, scope);
  }

  /** A chart of one property; see `statNames`. */
  chart(scope: string, report: string, name: string): Chart | undefined {
    const stats = this.#recording.connections.get(scope);
    return stats && chartOf(scope, stats, report, name);
  }

  /** Up to `most` numeric properties that match all words of the text; counters are also offered as rates. */
  statNames(text: string, most: number): StatName[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const found: StatName[] = [];
    for (const [scope, stats] of this.#recording.connections) {
      for (const report of stats.reports.values()) {
        for (const [property, column] of report.columns) {
          // webrtc-internals stores rates of its own, `[framesSent/s]`, beside the counter that they are computed from.
          if (column.texts !== undefined || property === 'timestamp' || property.startsWith('[')) continue;
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

  /** The timeline of all connections. */
  timeline(): Lane[] {
    const { time } = this.#recording.index;
    return timeline(this.#recording.events, time.length === 0 ? 0 : time.at(time.length - 1));
  }

  /** The candidate pairs of a connection. */
  pairs(scope: string): CandidatePair[] {
    const stats = this.#recording.connections.get(scope);
    return stats === undefined ? [] : candidatePairs(stats);
  }

  /** How ICE of a connection was configured, and what came out of it. */
  iceSetup(scope: string): IceSetup {
    return iceSetup(this.#recording.events, scope, this.pairs(scope));
  }

  /** The applied session descriptions. */
  descriptions(): Description[] {
    return descriptions(this.#recording.events);
  }

  /** Calls for media, devices and tracks. */
  media(): { calls: MediaCall[]; devices: Device[]; tracks: TrackUse[] } {
    const { events } = this.#recording;
    return { calls: mediaCalls(events), devices: devices(events), tracks: trackUses(events) };
  }

  /** The indexes of the events that match the filter, in order. */
  find(filter: EventFilter): Uint32Array {
    const { index } = this.#recording;
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
      if (inLine !== undefined && !this.eventText(index.line.at(at)).toLowerCase().includes(inLine)) continue;
      found[count++] = at;
    }
    return found.slice(0, count);
  }

  /** The events at these indexes. */
  rows(positions: readonly number[]): EventRow[] {
    const { index } = this.#recording;
    return positions.map((at) => ({
      method: index.methods[index.method.at(at)] ?? '',
      scope: index.scopes[index.scope.at(at)] ?? null,
      time: index.time.at(at),
      line: index.line.at(at),
      text: this.eventText(index.line.at(at)).slice(0, 240),
    }));
  }

  /** The text of the event with this line number, in full. */
  eventText(line: number): string {
    return this.#recording.eventText(line);
  }

  /** `count` raw lines, starting with line number `from`. Long lines are truncated unless only one is requested. */
  lines(from: number, count: number): string[] {
    return Array.from({ length: count }, (_, at) => {
      const text = this.#recording.lines.text(from + at);
      return count > 1 && text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
    });
  }
}
