import { formatCount } from '../terminal/formats.ts';

/** Counting sessions ends at this number. */
export const MAX_COUNTED = 1_000_000;

/** `2026-03-01 10:00 UTC`: unambiguous in a file that is read years later. @param time ISO 8601 */
export function moment(time: string): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A share of 0 to 1 as `12.3 %`, like the console does. Rounding makes neither none nor all of some. */
export function percent(share: number): string {
  const hundredths = share * 100;
  if (hundredths > 0 && hundredths < 0.05) return '< 0.1 %';
  if (hundredths < 100 && hundredths >= 99.95) return '> 99.9 %';
  return `${Number(hundredths.toFixed(1))} %`;
}

/** A number of sessions, of which no more than `MAX_COUNTED` were counted. */
export function counted(sessions: number): string {
  return sessions >= MAX_COUNTED ? `more than ${formatCount(MAX_COUNTED - 1)}` : formatCount(sessions);
}

/** `ipAddresses (12), contact (3)`: the most first. */
export function tally(counts: Readonly<Record<string, number>>, none: string): string {
  const sorted = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return sorted.length === 0 ? none : sorted.map(([name, count]) => `${name} (${formatCount(count)})`).join(', ');
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
