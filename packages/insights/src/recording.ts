import {
  DescriptionDecompressor,
  DumpError,
  type DumpEvent,
  type DumpMetadata,
  DumpReader,
  type DumpSource,
  dumpBytes,
} from '@rtcstats-server/dump';
import { Floats } from './growable.ts';
import { LineStore } from './line-store.ts';
import { StatsColumns } from './stats-columns.ts';

/** One event that is no statistics, whole: there are few of them, and most pages need them. */
export interface RecordedEvent {
  readonly method: string;
  readonly scope: string | null;
  /** Descriptions are decompressed. */
  readonly value: unknown;
  readonly extra: readonly unknown[];
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly line: number;
}

/** Methods by the order in which they first occur, and which of them each event is. */
export interface EventIndex {
  readonly methods: string[];
  readonly scopes: (string | null)[];
  readonly method: Floats;
  readonly scope: Floats;
  readonly time: Floats;
  readonly line: Floats;
}

const PAUSE_AFTER_MS = 40;

/** A dump, read: what the pages of the console show of it. */
export class Recording {
  metadata: DumpMetadata = {};
  readonly lines = new LineStore();
  readonly events: RecordedEvent[] = [];
  /** All events, statistics too. */
  readonly index: EventIndex = {
    methods: [],
    scopes: [],
    method: new Floats(),
    scope: new Floats(),
    time: new Floats(),
    line: new Floats(),
  };
  readonly connections = new Map<string, StatsColumns>();
  skippedLines = 0;
  /** What is wrong with its end, if something is; all before it is there. */
  damage: string | undefined;
  readonly #descriptions = new DescriptionDecompressor();
  readonly #methods = new Map<string, number>();
  readonly #scopes = new Map<string | null, number>();

  /**
   * Reads a dump to its end. What has been read can be looked at meanwhile: `onProgress` is called, and awaited, several times a
   * second.
   */
  async read(source: DumpSource, onProgress: () => Promise<void>): Promise<void> {
    const reader = await DumpReader.open(this.#kept(source), { badLines: 'skip' });
    this.metadata = reader.metadata;
    let pause = performance.now() + PAUSE_AFTER_MS;
    try {
      for await (const event of reader) {
        this.#add(event);
        if (performance.now() > pause) {
          await onProgress();
          pause = performance.now() + PAUSE_AFTER_MS;
        }
      }
    } catch (error) {
      if (!(error instanceof DumpError)) throw error;
      this.damage = error.message;
    }
    this.skippedLines = reader.skippedLines;
  }

  async *#kept(source: DumpSource): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of dumpBytes(source)) {
      this.lines.push(chunk);
      yield chunk;
    }
  }

  #add(event: DumpEvent): void {
    const { index } = this;
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

  stats(scope: string): StatsColumns {
    let stats = this.connections.get(scope);
    if (stats === undefined) {
      stats = new StatsColumns();
      this.connections.set(scope, stats);
    }
    return stats;
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
