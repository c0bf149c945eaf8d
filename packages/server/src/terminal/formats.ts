/*
 * Times, durations and sizes as people read them. The console shows the same texts (packages/console/src/ui/format.ts),
 * and test/words.test.ts compares the two. Programs read the unformatted values with `--json`.
 */

/** How times are shown. */
export interface TimeDisplay {
  /** UTC instead of the time zone of this machine. */
  readonly utc: boolean;
  /** Milliseconds since the epoch; the year is left out of times in the current year. */
  readonly now: number;
}

/** `28 Nov 14:05:09`, or `28 Nov 2025 14:05:09` if the year is not the current one. @param time ISO 8601 */
export function formatTime(time: string, { utc, now }: TimeDisplay): string {
  const date = new Date(time);
  const zone = utc ? { timeZone: 'UTC' } : {};
  const year = new Intl.DateTimeFormat('en-GB', { year: 'numeric', ...zone });
  const day = new Intl.DateTimeFormat('en-GB', {
    day: '2-digit',
    month: 'short',
    ...(year.format(date) === year.format(now) ? {} : { year: 'numeric' }),
    ...zone,
  });
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', ...zone });
  return `${day.format(date)} ${clock.format(date)}`;
}

/** The time zone of `formatTime`, such as `Europe/Berlin` or `UTC`. */
export function timeZone({ utc }: Pick<TimeDisplay, 'utc'>): string {
  return utc ? 'UTC' : new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Milliseconds as `850 ms`, `12 s`, `4 min 05 s`, `2 h 07 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Bytes as `912 B`, `24.1 kB`, `1.3 MB` (powers of 1000). */
export function formatBytes(bytes: number): string {
  const prefixes = ['', 'k', 'M', 'G', 'T'];
  let scaled = bytes;
  let step = 0;
  while (scaled >= 999.5 && step < prefixes.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  return `${scaled.toFixed(step === 0 || scaled >= 99.95 ? 0 : 1)} ${prefixes[step]}B`;
}

/** `1,200` */
export function formatCount(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 finding`, `2 findings` */
export function count(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;
}
