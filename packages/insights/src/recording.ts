import {
  DescriptionDecompressor,
  DumpError,
  type DumpEvent,
  type DumpMetadata,
  type DumpSource,
  dumpBytes,
  type EventReader,
  openEvents,
  StatsDelta,
  StatsProperties,
} from '@rtcstats-server/dump';
import { Analysis } from './analysis.ts';
import type { AnalysisDocument } from './analysis-document.ts';
import { Floats } from './growable.ts';
import { LineStore } from './line-store.ts';
import { StatsColumns } from './stats-columns.ts';

/** An event other than getStats, in full: there are few of them, and most pages need them. */
export interface RecordedEvent {
  readonly method: string;
  readonly scope: string | null;
  /** Session descriptions are decompressed. */
  readonly value: unknown;
  readonly extra: readonly unknown[];
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Line number in the dump, starting with 1; in a webrtc-internals dump, the position of the event. */
  readonly line: number;
}

/**
 * All events by column. `method` and `scope` hold indexes into `methods` and `scopes`, which are in order of first
 * occurrence.
 */
export interface EventIndex {
  readonly methods: string[];
  readonly scopes: (string | null)[];
  readonly method: Floats;
  readonly scope: Floats;
  readonly time: Floats;
  readonly line: Floats;
}

/** Interval of `onProgress`. */
const PAUSE_AFTER_MS = 40;

/**
 * A dump in memory, indexed for display. Statistics are stored by column, lines as bytes, and only the other events as
 * objects, so that a dump of 100 MB fits into a browser tab. Use `RecordingView` to query it.
 */
export class Recording {
  kind: EventReader['kind'] = 'dump';
  /** The metadata of the dump. */
  metadata: DumpMetadata = {};
  /** The raw lines. */
  readonly lines = new LineStore();
  /** The events of a webrtc-internals dump as lines, because there is no line in the dump that holds one. */
  readonly #eventLines = new LineStore();
  readonly #encoder = new TextEncoder();
  /** All events except getStats, in order. */
  readonly events: RecordedEvent[] = [];
  /** All events, including getStats. */
  readonly index: EventIndex = {
    methods: [],
    scopes: [],
    method: new Floats(),
    scope: new Floats(),
    time: new Floats(),
    line: new Floats(),
  };
  /** Statistics by connection. */
  readonly connections = new Map<string, StatsColumns>();
  /** Number of lines that were not events. */
  skippedLines = 0;
  /** A message if the dump is truncated or damaged; everything before that point is available. */
  damage: string | undefined;
  /** The analysis without features, when the dump has been read to its end; or why there is none. */
  analysis: AnalysisDocument | Error | undefined;
  readonly #descriptions = new DescriptionDecompressor();
  readonly #methods = new Map<string, number>();
  readonly #scopes = new Map<string | null, number>();
  readonly #delta = new StatsDelta(StatsProperties.all());

  /**
   * Reads a dump or a webrtc-internals dump to its end. The recording can be queried during the read: `onProgress` is
   * called, and awaited, about 25 times per second. Damage after the metadata is reported in `damage`; before that, a
   * DumpError is thrown.
   */
  async read(source: DumpSource, onProgress: () => Promise<void>): Promise<void> {
    const reader = await openEvents(this.#kept(source), { badLines: 'skip' });
    this.kind = reader.kind;
    this.metadata = reader.metadata;
    let pause = performance.now() + PAUSE_AFTER_MS;
    const analysis = new GuardedAnalysis(new Analysis({ metadata: reader.metadata }));
    try {
      for await (const event of reader) {
        this.#add(event);
        analysis.run((it) => it.add(event));
        if (performance.now() > pause) {
          await onProgress();
          pause = performance.now() + PAUSE_AFTER_MS;
        }
      }
    } catch (error) {
      if (!(error instanceof DumpError)) throw error;
      this.damage = error.message;
      analysis.run((it) => it.incomplete(error.message));
    }
    this.skippedLines = reader.skippedLines;
    if (this.skippedLines > 0)
      analysis.run((it) => it.incomplete(`${this.skippedLines} lines are not events`, 'lines'));
    analysis.run((it) => {
      this.analysis = it.result();
    });
    this.analysis ??= analysis.failure;
  }

  /** The bytes of the dump, stored in `lines` as they pass. */
  async *#kept(source: DumpSource): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of dumpBytes(source)) {
      this.lines.push(chunk);
      yield chunk;
    }
  }

  /**
   * The text of an event: its line in the dump, or for a webrtc-internals dump the line that a client would have sent.
   */
  eventText(line: number): string {
    return (this.kind === 'dump' ? this.lines : this.#eventLines).text(line);
  }

  #add(event: DumpEvent): void {
    const { index } = this;
    if (this.kind === 'webrtc-internals') {
      const { method, scope, value, extra } = event;
      const delta = Math.round(event.delta * 1000) / 1000;
      this.#eventLines.push(this.#encoder.encode(`${JSON.stringify([method, scope, value, ...extra, delta])}\n`));
    }
    index.method.push(numberOf(this.#methods, index.methods, event.method));
    index.scope.push(numberOf(this.#scopes, index.scopes, event.scope));
    index.time.push(event.time);
    index.line.push(event.line);
    if (event.method === 'getStats' && event.scope !== null) {
      this.stats(event.scope).add(event.value, event.time);
      return;
    }
    const { method, scope, extra, time, line } = event;
    this.events.push({ method, scope, value: this.#descriptions.decompress(event), extra, time, line });
  }

  /** The statistics of a connection; created if necessary. */
  stats(scope: string): StatsColumns {
    let stats = this.connections.get(scope);
    if (stats === undefined) {
      stats = new StatsColumns(this.#delta);
      this.connections.set(scope, stats);
    }
    return stats;
  }
}

/** An analysis whose failure does not take the display of the dump with it. */
class GuardedAnalysis {
  readonly #analysis: Analysis;
  failure: Error | undefined;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  run(step: (analysis: Analysis) => void): void {
    if (this.failure !== undefined) return;
    try {
      step(this.#analysis);
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error('The analysis failed');
    }
  }
}

function numberOf<T>(known: Map<T, number>, names: T[], name: T): number {
  let number = known.get(name);
  if (number === undefined) {
    number = names.push(name) - 1;
    known.set(name, number);
  }
  return number;
}
