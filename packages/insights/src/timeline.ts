import type { RecordedEvent } from './recording.ts';

/** A period in which a connection was in one state. */
export interface Band {
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/**
 * `call`: a call of the API. `event`: an event or the success of a call. `failure`: an error. `custom`: an application
 * event.
 */
export type MarkKind = 'call' | 'event' | 'failure' | 'custom';

/** A point on the timeline. */
export interface Mark {
  readonly method: string;
  readonly kind: MarkKind;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Line number in the dump, starting with 1. */
  readonly line: number;
}

/** The timeline of one connection, or of the events without one (`scope` null). */
export interface Lane {
  readonly scope: string | null;
  /** The bands of each state machine: connection, ICE, signaling, gathering. */
  readonly bands: readonly { readonly name: string; readonly bands: readonly Band[] }[];
  readonly marks: readonly Mark[];
}

const STATES: Readonly<Record<string, string>> = {
  onconnectionstatechange: 'connection',
  oniceconnectionstatechange: 'ICE',
  onsignalingstatechange: 'signaling',
  onicegatheringstatechange: 'gathering',
};
/** Initial states (W3C WebRTC, section 4.3). */
const FIRST: Readonly<Record<string, string>> = {
  connection: 'new',
  ICE: 'new',
  signaling: 'stable',
  gathering: 'new',
};

/**
 * One lane per connection in order of their first events, after the lane of events without a connection. `end` is the
 * time of the last event.
 */
export function timeline(events: readonly RecordedEvent[], end: number): Lane[] {
  const byScope = new Map<string | null, RecordedEvent[]>();
  for (const event of events) {
    const list = byScope.get(event.scope);
    if (list === undefined) byScope.set(event.scope, [event]);
    else list.push(event);
  }
  const lanes = [...byScope].map(([scope, own]) => ({ scope, bands: bandsOf(own, end), marks: own.map(markOf) }));
  return lanes.sort((a, b) => Number(a.scope !== null) - Number(b.scope !== null));
}

function bandsOf(events: readonly RecordedEvent[], end: number): Lane['bands'] {
  const closed = events.find(({ method }) => method === 'close')?.time ?? end;
  return Object.entries(STATES).flatMap(([method, name]) => {
    const changes = events.filter((event) => event.method === method && typeof event.value === 'string');
    if (changes.length === 0) return [];
    const begin = { value: FIRST[name], time: events[0]!.time };
    const all = [begin, ...changes];
    const bands = all.map(({ value, time }, index) => ({
      state: String(value),
      from: time,
      to: all[index + 1]?.time ?? Math.max(closed, time),
    }));
    return [{ name, bands: bands.filter(({ from, to }) => to > from) }];
  });
}

function markOf({ method, time, line }: RecordedEvent): Mark {
  return { method, kind: kindOf(method), time, line };
}

function kindOf(method: string): MarkKind {
  if (method.startsWith(':')) return 'custom';
  if (/OnFailure$|error$/i.test(method)) return 'failure';
  return /^on|\.on|OnSuccess$/.test(method) ? 'event' : 'call';
}
