import { type DumpEvent, EventClock } from './event.ts';
import { DUMP_HEAD, type DumpMetadata, FILE_FORMAT } from './metadata.ts';
import { type Code, methodCode, methodName } from './names.ts';

/** Takes the text of whole lines, `\n` included. What it returns is awaited before the next. */
export type DumpSink = (text: string) => void | Promise<void>;

interface Writable extends Pick<DumpEvent, 'method' | 'scope' | 'value'> {
  readonly extra?: readonly unknown[];
  /** Kept when it means `method`; else the shortest code is taken. */
  readonly methodCode?: Code;
}

/** An event to write, with the delta that is to stand there or with the time it comes from. A `DumpEvent` is one. */
export type WritableEvent = Writable &
  ({ readonly delta: number; readonly time?: number } | { readonly delta?: undefined; readonly time: number });

/** Writes a dump of format 3. One call at a time. */
export class DumpWriter {
  readonly #sink: DumpSink;
  readonly #clock = new EventClock();

  constructor(sink: DumpSink) {
    this.#sink = sink;
  }

  /** Head and metadata; before anything else. The format's number is put in. */
  async start(metadata: Omit<DumpMetadata, 'fileFormat'> = {}): Promise<void> {
    const { fileFormat: _, ...rest } = metadata;
    await this.#sink(`${DUMP_HEAD}\n${JSON.stringify({ fileFormat: FILE_FORMAT, ...rest })}\n`);
  }

  async write(event: WritableEvent): Promise<void> {
    const { method, scope, value, extra = [] } = event;
    const code = event.methodCode;
    const kept = code !== undefined && methodName(code) === method ? code : methodCode(method);
    const delta = event.delta ?? this.#clock.deltaTo(event.time);
    this.#clock.advance(delta);
    await this.#sink(`${JSON.stringify([kept, scope, value ?? null, ...extra, delta])}\n`);
  }
}
