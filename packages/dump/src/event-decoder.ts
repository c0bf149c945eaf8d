import { DumpError } from './errors.ts';
import { type DumpEvent, decodeEvent, EventClock } from './event.ts';
import type { Line } from './lines.ts';
import type { StatsDelta } from './stats-delta.ts';
import type { StatsLine } from './stats-line.ts';

/** Makes events of the lines of a dump. */
export class EventDecoder {
  readonly #clock = new EventClock();
  readonly #skip: boolean;
  #event: StatsEvent | undefined;
  #skipped = 0;

  /** @param skip whether lines that are not events are skipped; otherwise they are an error */
  constructor(skip: boolean) {
    this.#skip = skip;
  }

  /** Number of lines skipped so far because they were not events. Empty lines do not count. */
  get skippedLines(): number {
    return this.#skipped;
  }

  /** The event of a line that `stats` has read. It is valid until the next one. */
  statistics(stats: StatsLine, line: number): DumpEvent {
    this.#event ??= new StatsEvent(stats);
    return this.#event.of(stats, this.#clock.advance(stats.elapsed), line);
  }

  /**
   * The event of a line; undefined if it is empty or skipped.
   *
   * @param stats reads statistics. The event is valid until the next one, then.
   * @param isUnread whether `stats` has not tried to read the line yet
   */
  decode(line: Line, stats?: StatsLine, isUnread = true): DumpEvent | undefined {
    if (line.bytes.length === 0 && !line.tooLong) return undefined;
    if (isUnread && stats?.read(line.bytes)) return this.statistics(stats, line.number);
    const content = decodeEvent(parseLine(line));
    if (content !== undefined) {
      const { method, methodCode, scope, value, extra, delta } = content;
      const time = this.#clock.advance(delta);
      const event = { method, methodCode, scope, value, extra, delta, time, line: line.number };
      const isRead = stats !== undefined && method === 'getStats' && stats.delta.read(value);
      return isRead ? { ...event, stats: stats.delta } : event;
    }
    if (!line.terminated && !line.tooLong)
      throw new DumpError('DUMP_TRUNCATED', 'its last line is incomplete', line.number);
    if (!this.#skip) throw new DumpError('DUMP_BAD_LINE', line.tooLong ? 'it is too long' : undefined, line.number);
    this.#skipped += 1;
    return undefined;
  }
}

/** The event of a line that was read without parsing it; `value` parses it. One object for all lines. */
class StatsEvent implements DumpEvent {
  readonly method = 'getStats';
  readonly methodCode = 'g';
  scope: string;
  extra: readonly string[];
  delta = 0;
  time = 0;
  line = 0;
  stats: StatsDelta;
  #source: StatsLine;

  constructor(source: StatsLine) {
    this.scope = source.scope;
    this.extra = source.extra;
    this.stats = source.delta;
    this.#source = source;
  }

  /** Makes this the event of the line that `source` has read. */
  of(source: StatsLine, time: number, line: number): this {
    this.scope = source.scope;
    this.extra = source.extra;
    this.delta = source.elapsed;
    this.time = time;
    this.line = line;
    this.stats = source.delta;
    this.#source = source;
    return this;
  }

  get value(): unknown {
    return (parse(this.#source.bytes) as readonly unknown[])[2];
  }
}

// Shared, because it has no state between calls without `stream`.
const strict = new TextDecoder('utf-8', { fatal: true });

function parseLine(line: Line): unknown {
  return line.tooLong ? undefined : parse(line.bytes);
}

/** The JSON value of a line; undefined if it is invalid. The error is dropped because it quotes the line. */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(strict.decode(bytes));
  } catch {
    return undefined;
  }
}
