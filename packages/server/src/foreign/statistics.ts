import { statsPropertyCode, statsTypeCode } from '@rtcstats-server/dump';
import { isObject, type JsonObject } from './parse.ts';

/**
 * Reports and peer connections of one client whose times are remembered. A peer connection has some 20 reports, in
 * large conferences some hundreds. Ids are hashes or fingerprints of up to 100 characters.
 */
const MAX_REMEMBERED = 4000;
const MAX_ID_LENGTH = 128;

/** Reports by id: the time of each, in milliseconds since the epoch; undefined if the client never sent one. */
type ReportTimes = ReadonlyMap<string, number | undefined>;

const NONE: ReportTimes = new Map();

/**
 * Converts the statistics of clients that have one way in common to compress them: a report lacks the properties that
 * did not change; the newest time of the reports stands beside them as `timestamp`; the time of a report is 0 if it is
 * the newest one, and missing if it did not change. In `rtcstats#5.0` the newest time is `t`, a missing time means the
 * newest one, and a report that is gone is null.
 */
export class Statistics {
  readonly #listsAll: boolean;
  readonly #times = new Map<string, ReportTimes>();
  #remembered = 0;

  /**
   * @param listsAll whether a message lists every report, so that one that is missing is gone. Otherwise a report that
   *   is missing did not change.
   */
  constructor(listsAll: boolean) {
    this.#listsAll = listsAll;
  }

  /** The value of a `getStats` event of this protocol. */
  convert(scope: string, value: JsonObject): JsonObject {
    const before = this.#times.get(scope) ?? NONE;
    const times = new Map<string, number | undefined>(this.#listsAll ? [] : before);
    const newest = timeOf(value['timestamp']);
    const converted: [string, unknown][] = [];
    for (const [id, report] of Object.entries(value)) {
      // `t` cannot be the id of a report, because it is the key of the newest time.
      if (!isObject(report) || id === 't') continue;
      const { timestamp } = report;
      const time = timestamp === 0 ? newest : (timeOf(timestamp) ?? before.get(id));
      const own = properties(report, time === newest ? undefined : time);
      // A known report without changes is left out, as this protocol does.
      if (own.length > 0 || !before.has(id)) converted.push([id, Object.fromEntries(own)]);
      if (id.length <= MAX_ID_LENGTH) times.set(id, time);
    }
    if (this.#listsAll) for (const id of before.keys()) if (!times.has(id)) converted.push([id, null]);
    if (newest !== undefined) converted.push(['t', newest]);
    this.#remember(scope, times);
    return Object.fromEntries(converted);
  }

  /** Discards what is remembered of a peer connection that was closed. */
  forget(scope: string): void {
    const times = this.#times.get(scope);
    if (times === undefined) return;
    this.#remembered -= times.size + 1;
    this.#times.delete(scope);
  }

  /**
   * Beyond the limit nothing is remembered: then a report that is gone stays, and a time may be that of its message.
   */
  #remember(scope: string, times: ReportTimes): void {
    this.forget(scope);
    if (scope.length > MAX_ID_LENGTH || this.#remembered + times.size >= MAX_REMEMBERED) return;
    this.#remembered += times.size + 1;
    this.#times.set(scope, times);
  }
}

/** The properties of a report with the codes of this protocol. */
function properties(report: JsonObject, time: number | undefined): [string, unknown][] {
  const converted: [string, unknown][] = [];
  for (const [name, value] of Object.entries(report)) {
    if (name === 'timestamp') continue;
    const isType = name === 'type' && typeof value === 'string';
    converted.push([statsPropertyCode(name), isType ? statsTypeCode(value) : value]);
  }
  if (time !== undefined) converted.push([statsPropertyCode('timestamp'), time]);
  return converted;
}

function timeOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
