import type { RecordedEvent } from './recording.ts';

/** A moment that explains a change in the plots of a connection. */
export interface Marker {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly kind: 'state' | 'media' | 'restart' | 'application';
  /** `connection: failed`, `ICE restart`, `:reaction`. */
  readonly label: string;
  /** Line number of the event. */
  readonly line: number;
}

const STATES: Readonly<Record<string, string>> = {
  onconnectionstatechange: 'connection',
  oniceconnectionstatechange: 'ICE',
};
const MUTE = /(?:^|\.)(?:on)?(mute|unmute|ended)$/;
/** More would hide the lines of a plot. */
const MAX_MARKERS = 300;

/** State changes, mutes, ICE restarts and application events of a connection and of the page around it. */
export function markersOf(events: readonly RecordedEvent[], scope: string): Marker[] {
  return events
    .filter((event) => event.scope === scope || event.scope === null)
    .flatMap((event) => {
      const described = describe(event);
      return described === undefined ? [] : [{ ...described, time: event.time, line: event.line }];
    })
    .slice(0, MAX_MARKERS);
}

function describe({ method, value }: RecordedEvent): Pick<Marker, 'kind' | 'label'> | undefined {
  const state = STATES[method];
  if (state !== undefined)
    return typeof value === 'string' ? { kind: 'state', label: `${state}: ${value}` } : undefined;
  const change = MUTE.exec(method)?.[1];
  if (change !== undefined) return { kind: 'media', label: `track: ${change}` };
  if (method === 'restartIce' || (method === 'createOffer' && asksForRestart(value))) {
    return { kind: 'restart', label: 'ICE restart' };
  }
  return method.startsWith(':') ? { kind: 'application', label: method } : undefined;
}

function asksForRestart(value: unknown): boolean {
  const options = Array.isArray(value) ? value[0] : value;
  return typeof options === 'object' && options !== null && (options as { iceRestart?: unknown }).iceRestart === true;
}
