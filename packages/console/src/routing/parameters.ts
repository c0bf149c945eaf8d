import { navigate, useLocation } from './router.tsx';

/** A time range, milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Changes parameters of the current URL without a new entry in the history. An undefined value removes a parameter. */
export function setParameters(changes: Readonly<Record<string, string | readonly string[] | undefined>>): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    url.searchParams.delete(name);
    for (const each of value === undefined ? [] : [value].flat()) url.searchParams.append(name, each);
  }
  navigate(url.pathname + url.search, { replace: true });
}

/** The parameters that a link to another view of the same session keeps: the zoom, and which observation is marked. */
export function keptQuery(url: URL): string {
  const kept = new URLSearchParams();
  for (const name of ['from', 'to', 'mark']) {
    const value = url.searchParams.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept.size === 0 ? '' : `?${kept}`;
}

/** The time range in the URL, `?from=…&to=…`. Undefined if there is none, or not a valid one. */
export function readZoom(parameters: URLSearchParams): Span | undefined {
  const from = Date.parse(parameters.get('from') ?? '');
  const to = Date.parse(parameters.get('to') ?? '');
  return from < to ? { from, to } : undefined;
}

/** The zoom of a session, which is part of the URL, so that a link shows the same moment to somebody else. */
export function useZoom(): readonly [Span | undefined, (zoom: Span | undefined) => void] {
  const { searchParams } = useLocation();
  return [readZoom(searchParams), setZoom];
}

function setZoom(zoom: Span | undefined): void {
  setParameters({ from: zoom && isoOf(zoom.from), to: zoom && isoOf(zoom.to) });
}

function isoOf(time: number): string {
  return new Date(Math.round(time)).toISOString();
}

/** The line number of the chosen event, which is part of the URL. */
export function useChosenEvent(): readonly [number | undefined, (line: number | undefined) => void] {
  const line = Number(useLocation().searchParams.get('event') ?? Number.NaN);
  return [Number.isInteger(line) && line > 0 ? line : undefined, setChosenEvent];
}

function setChosenEvent(line: number | undefined): void {
  setParameters({ event: line === undefined ? undefined : String(line) });
}
