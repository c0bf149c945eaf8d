import { isProblem } from '../observations/observation.ts';
import type { Block, Section } from './budget.ts';
import type { CallSeries, Group, GroupSeries } from './call-series.ts';
import type { DigestInput } from './contract.ts';
import type { Names } from './names.ts';
import { type CallClock, seconds } from './times.ts';

/** Points per series: enough to see a rise and a fall, few enough for several series. */
const MAX_POINTS = 16;
const MAX_WINDOWS = 4;
/** Groups of a window: the path, and the tracks that the problem is about. */
const MAX_GROUPS = 4;
/** What is shown before and after a problem. */
const MARGIN_MS = 5000;

interface Wanted {
  readonly connection: string;
  readonly from: number;
  readonly to: number;
  /** The observations that the window is about. */
  readonly about: string[];
  readonly groups: Group[];
}

/** The course of the main statistics around the problems, and over the whole call. */
export function courseSection(
  input: DigestInput,
  series: CallSeries | undefined,
  names: Names,
  clock: CallClock,
): Section {
  const title = 'Course of the statistics';
  if (series === undefined) {
    const line = 'Not in this digest, which was made from an analysis without the dump.';
    return { title, blocks: [{ rank: 8, what: 'remarks', lines: [line] }] };
  }
  const windows = windowsOf(input, series);
  const blocks: Block[] = windows.map((wanted, index) => ({
    rank: index === 0 ? 5 : 8,
    what: 'courses of statistics',
    lines: windowLines(wanted, series, names, clock),
  }));
  const longest = series.connections.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  const isShown = windows.some(
    (window) => window.connection === longest?.id && isSimilar(window, longest.from, longest.to),
  );
  if (longest !== undefined && !isShown) {
    const { id: connection, from, to } = longest;
    const groups = busiest(series, connection, undefined, undefined);
    const wanted = { connection, from, to, about: ['the whole connection'], groups };
    blocks.push({ rank: 8, what: 'courses of statistics', lines: windowLines(wanted, series, names, clock) });
  }
  if (series.isIncomplete) {
    blocks.push({
      rank: 8,
      what: 'remarks',
      lines: ['Some statistics are not held here: too many tracks, or the clock was set.'],
    });
  }
  if (blocks.length > 0)
    blocks.unshift({ rank: 5, what: 'remarks', lines: ['- stands for a value that was not measured.'] });
  return { title, blocks };
}

/** A window for the longest interval of each problem; problems of about the same time share one. */
function windowsOf({ observations }: DigestInput, series: CallSeries): Wanted[] {
  const windows: Wanted[] = [];
  for (const { name, scope, direction, intervals, ...observation } of observations) {
    if (!isProblem(observation) || scope.type === 'client' || scope.connection === undefined) continue;
    const { connection } = scope;
    const longest = intervals.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))[0];
    if (longest === undefined) continue;
    const [from, to] = [longest[0] - MARGIN_MS, longest[1] + MARGIN_MS];
    const groups = busiest(series, connection, direction, scope.type === 'track' ? scope.track : undefined);
    if (groups.length === 0) continue;
    const same = windows.find((window) => window.connection === connection && isSimilar(window, from, to));
    if (same === undefined) {
      if (windows.length < MAX_WINDOWS) windows.push({ connection, from, to, about: [name], groups });
      continue;
    }
    if (!same.about.includes(name)) same.about.push(name);
    for (const group of groups) {
      if (same.groups.length < MAX_GROUPS && !same.groups.includes(group)) same.groups.push(group);
    }
  }
  return windows;
}

/** Whether two windows have more than half of the longer one in common. */
function isSimilar(window: Wanted, from: number, to: number): boolean {
  const common = Math.min(window.to, to) - Math.max(window.from, from);
  return common > Math.max(window.to - window.from, to - from) / 2;
}

/** The path, and the track, or without one the first audio and video of the direction. */
function busiest(
  series: CallSeries,
  connection: string,
  direction: string | null | undefined,
  track: string | undefined,
): Group[] {
  const groups = series.groups(connection);
  const path = groups.filter((group) => group.track === undefined);
  const own = groups.filter((group) => group.track !== undefined && group.track.id === track);
  if (own.length > 0) return [...path, ...own].slice(0, MAX_GROUPS);
  const inDirection = groups.filter(
    (group) =>
      group.track !== undefined && (direction === group.track.direction || (direction !== 'in' && direction !== 'out')),
  );
  const firsts = Map.groupBy(inDirection, (group) => `${group.track?.direction} ${group.track?.kind}`);
  return [...path, ...Array.from(firsts.values(), ([first]) => first!)].slice(0, MAX_GROUPS + 1);
}

function windowLines(wanted: Wanted, series: CallSeries, names: Names, clock: CallClock): string[] {
  const { connection, from, to, about, groups } = wanted;
  const window = series.window(groups, from, to, MAX_POINTS);
  return [
    `${names.connection(connection)}, ${about.join(' and ')}: from ${clock.at(window.from)}, one value per ${seconds(window.step)}`,
    ...window.groups.flatMap((group) => groupLines(group, names)),
  ];
}

function groupLines({ connection, track, rows }: GroupSeries, names: Names): string[] {
  const place =
    track === undefined
      ? 'path'
      : `${names.track(connection, track.id)} ${track.direction === 'in' ? 'inbound' : 'outbound'} ${track.kind}`;
  return rows.flatMap(({ name, values }) => {
    const shown = values.map((value) => (value === undefined ? '-' : shortened(value)));
    if (shown.every((value) => value === '-')) return [];
    const isConstant = shown.every((value) => value === shown[0]);
    return [`  ${place} ${name}: ${isConstant ? `always ${shown[0]}` : shown.join(' ')}`];
  });
}

/** At most three significant digits, and one decimal. */
function shortened(value: number): string {
  return String(Math.abs(value) >= 10 ? Math.round(Number(value.toPrecision(3))) : Number(value.toFixed(1)));
}
