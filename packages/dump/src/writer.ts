import { type DumpEvent, EventClock } from './event.ts';
import { DUMP_HEAD, type DumpMetadata, FILE_FORMAT } from './metadata.ts';
import { type Code, methodCode, methodName } from './names.ts';

/** Receives the text of whole lines, including `\n`. A returned promise is awaited before the next call. */
export type DumpSink = (text: string) => void | Promise<void>;

interface Writable extends Pick<DumpEvent, 'method' | 'scope' | 'value'> {
  readonly extra?: readonly unknown[];
  /** Used if it is a code of `method`; otherwise the shortest code is used. */
  readonly methodCode?: Code;
}

/** An event to write, with its delta or with the time to compute it from. A `DumpEvent` is one. */
export type WritableEvent = Writable &
  ({ readonly delta: number; readonly time?: number } | { readonly delta?: undefined; readonly time: number });

/** Writes a dump of format 3. Await each call before the next. */
export class DumpWriter {
  readonly #sink: DumpSink;
  readonly #clock = new EventClock();

  constructor(sink: DumpSink) {
    this.#sink = sink;
  }

  /** Writes head and metadata. Must be the first call. Adds the version of the format. */
  async start(metadata: Omit<DumpMetadata, 'fileFormat'> = {}): Promise<void> {
    const { fileFormat: _, ...rest } = metadata;
    await this.#sink(`${DUMP_HEAD}\n${JSON.stringify({ fileFormat: FILE_FORMAT, ...rest })}\n`);
  }

  /** Writes an event. */
  async write(event: WritableEvent): Promise<void> {
    const { method, scope, value, extra = [] } = event;
    const code = event.methodCode;
    const kept = code !== undefined && methodName(code) === method ? code : methodCode(method);
    const delta = event.delta ?? this.#clock.deltaTo(event.time);
    this.#clock.advance(delta);
    await this.#sink(`${JSON.stringify([kept, scope, value ?? null, ...extra, delta])}\n`);
  }
}
