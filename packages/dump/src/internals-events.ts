import { type DumpEvent, EventClock } from './event.ts';
import type { InternalsDump } from './internals.ts';
import { mediaEvent, trackLabels } from './internals-media.ts';
import { entriesOf, jsonOf, listOf, seriesOf } from './internals-places.ts';
import { statsRows } from './internals-stats.ts';
import { InternalsTimes, internalsPeriod } from './internals-times.ts';
import { methodOf, updateValue } from './internals-values.ts';
import type { JsonObject } from './json-object.ts';
import type { DumpMetadata } from './metadata.ts';
import { methodCode } from './names.ts';

type TimedEvent = Pick<DumpEvent, 'method' | 'scope' | 'value' | 'extra' | 'time'>;

/**
 * The events of a webrtc-internals dump as a client of rtcstats would have sent them, in order of time:
 *
 *     rtcConfiguration  -> create
 *     updateLog         -> the methods and events of the connection
 *     stats             -> getStats, one event per second, with changes only
 *     getUserMedia      -> navigator.mediaDevices.getUserMedia and getDisplayMedia, with their results
 *
 * The scope is the id of the connection in the dump (`8-1`), `line` is the position of the event, starting with 1. The
 * values of the statistics are parsed when iteration begins; events are made one at a time.
 */
export function* internalsEvents(dump: InternalsDump): Generator<DumpEvent, void> {
  const clock = new EventClock();
  let line = 0;
  for (const event of merged(sourcesOf(dump))) {
    const { method, scope, value, extra } = event;
    const delta = clock.deltaTo(event.time);
    const time = clock.advance(delta);
    yield { method, methodCode: methodCode(method), scope, value, extra, delta, time, line: ++line };
  }
}

/** The facts about a webrtc-internals dump that an rtcstats dump has in its metadata. */
export function internalsMetadata(dump: InternalsDump): DumpMetadata {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const [first] = entriesOf(dump.PeerConnections);
  const start = internalsPeriod(dump)?.start;
  return {
    url: text(first?.[1]['url']),
    origin: text(listOf(dump.getUserMedia)[0]?.['origin']),
    userAgent: text(dump.UserAgent),
    ...(start !== undefined && { startTime: start }),
  };
}

/** All sources of events, each in order of time. */
function sourcesOf(dump: InternalsDump): Iterator<TimedEvent>[] {
  const times = new InternalsTimes(dump);
  const start = internalsPeriod(dump)?.start ?? 0;
  const connections = entriesOf(dump.PeerConnections);
  const labels = trackLabels(dump.getUserMedia);
  return [
    mediaEvents(listOf(dump.getUserMedia), times, start),
    ...connections.map(([scope, connection]) => updates(scope, connection, times, labels, start)),
    ...connections.map(([scope, connection]) => statistics(scope, connection)),
  ].map((events) => events[Symbol.iterator]());
}

function mediaEvents(entries: readonly JsonObject[], times: InternalsTimes, start: number): TimedEvent[] {
  let last = start;
  return entries
    .map((entry) => {
      last = times.of(entry) ?? last;
      const { method, value, id } = mediaEvent(entry);
      return { method, scope: null, value, extra: [id], time: last };
    })
    .sort((a, b) => a.time - b.time);
}

function updates(
  scope: string,
  connection: JsonObject,
  times: InternalsTimes,
  labels: ReadonlyMap<string, string>,
  start: number,
): TimedEvent[] {
  const log = listOf(connection['updateLog']);
  const begin = beginOf(connection, log, times) ?? start;
  const configuration = connection['rtcConfiguration'];
  const value = typeof configuration === 'string' ? (jsonOf(configuration) ?? configuration) : null;
  const create: TimedEvent = { method: 'create', scope, value, extra: [], time: begin };
  let last = begin;
  const events = log.map((update) => {
    last = times.of(update) ?? last;
    const method = methodOf(String(update['type']));
    return { method, scope, value: updateValue(method, update['value'], labels), extra: derivedIn(update), time: last };
  });
  return [create, ...events].sort((a, b) => a.time - b.time);
}

/** What a gateway derived from the address of a candidate, as a further element of the event. */
function derivedIn(update: JsonObject): JsonObject[] {
  const derived = Object.entries(update).filter(([name]) => name.startsWith('rtcstats'));
  return derived.length === 0 ? [] : [Object.fromEntries(derived)];
}

/** When a connection was made is not in the dump: no later than its first update and its first statistics. */
function beginOf(connection: JsonObject, log: readonly JsonObject[], times: InternalsTimes): number | undefined {
  let begin = Number.POSITIVE_INFINITY;
  for (const update of log) begin = Math.min(begin, times.of(update) ?? begin);
  for (const { startTime } of seriesOf(connection)) begin = Math.min(begin, startTime);
  return Number.isFinite(begin) ? begin : undefined;
}

function* statistics(scope: string, connection: JsonObject): Generator<TimedEvent, void> {
  for (const { time, value } of statsRows(connection)) yield { method: 'getStats', scope, value, extra: [], time };
}

/** Events of several sources in order of time; of equal times, the earlier source first. */
function* merged(sources: readonly Iterator<TimedEvent>[]): Generator<TimedEvent, void> {
  const heads = sources.map((source) => ({ source, next: source.next() })).filter(({ next }) => next.done !== true);
  while (heads.length > 0) {
    let first = 0;
    for (let at = 1; at < heads.length; at++) if (timeOf(heads[at]!) < timeOf(heads[first]!)) first = at;
    const head = heads[first]!;
    yield head.next.value as TimedEvent;
    head.next = head.source.next();
    if (head.next.done === true) heads.splice(first, 1);
  }
}

function timeOf({ next }: { readonly next: IteratorResult<TimedEvent, unknown> }): number {
  return next.done === true ? Number.POSITIVE_INFINITY : next.value.time;
}
