import type { Observation } from '@rtcstats-server/insights';
import type { Span } from '../routing/parameters.ts';

/** Least time that a link to a moment shows before and after it. */
const MIN_MARGIN_MS = 10_000;

type Marked = Pick<Observation, 'name' | 'direction' | 'scope'>;

/**
 * The value of the parameter `mark` in the URL, which says whose intervals the plots mark. It names the observation,
 * its direction, connection and track instead of its position, so that a link stays right when the analysis changes.
 */
export function markOf({ name, direction, scope }: Marked): string {
  const parts = [name, direction, 'connection' in scope && scope.connection, 'track' in scope && scope.track];
  return parts.filter((part) => typeof part === 'string').join(' ');
}

/** Whether the plots of the connection show an observation. One of the client concerns every connection. */
export function concerns({ scope }: Pick<Observation, 'scope'>, connection: string): boolean {
  return !('connection' in scope) || scope.connection === undefined || scope.connection === connection;
}

/** The interval with some time around it, within the recording; undefined if that is all of the recording. */
export function zoomAround([from, to]: readonly [number, number], recording: Span): Span | undefined {
  const margin = Math.max(MIN_MARGIN_MS, (to - from) / 2);
  const zoom = { from: Math.max(from - margin, recording.from), to: Math.min(to + margin, recording.to) };
  const isAll = zoom.from === recording.from && zoom.to === recording.to;
  return isAll || zoom.from >= zoom.to ? undefined : zoom;
}

/** Link to the plots of a session, with the intervals of an observation marked. */
export function plotsLink(id: string, observation: Marked, zoom?: Span): string {
  const query = new URLSearchParams({ mark: markOf(observation) });
  if (zoom !== undefined) {
    query.set('from', new Date(Math.floor(zoom.from)).toISOString());
    query.set('to', new Date(Math.ceil(zoom.to)).toISOString());
  }
  return `/sessions/${id}/plots?${query}`;
}
