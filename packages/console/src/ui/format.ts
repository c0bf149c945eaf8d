const DATE = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' });
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const NUMBER = new Intl.NumberFormat('en-US');

/** `28 Nov 2026`. @param time ISO 8601, or milliseconds since the epoch */
export function formatDate(time: string | number): string {
  return DATE.format(new Date(time));
}

/** Day and month, and the year if it is not the current one. */
export function formatDay(time: string | number, now: number = Date.now()): string {
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? DAY : DATE).format(new Date(time));
}

/** `14:05:09`, local time. @param time ISO 8601, or milliseconds since the epoch */
export function formatTime(time: string | number): string {
  return TIME.format(new Date(time));
}

/** The time zone of all times in the console, `Europe/Berlin, GMT+1`. */
export function timeZone(now: Date = new Date()): string {
  const { timeZone: name } = Intl.DateTimeFormat().resolvedOptions();
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'shortOffset' }).formatToParts(now);
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value;
  return offset === undefined || name === 'UTC' ? name : `${name}, ${offset}`;
}

/** `1,200` */
export function formatCount(count: number): string {
  return NUMBER.format(count);
}

/** `1 line`, `2 lines` */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A share of 0 to 1 as `12.3 %`. Rounding makes neither none nor all of some. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  if (percent < 100 && percent >= 99.95) return '> 99.9 %';
  return `${Number(percent.toFixed(1))} %`;
}

/** Milliseconds as `850 ms`, `12 s`, `4 min 05 s`, `2 h 07 min`. */
export function formatDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '–';
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Bytes as `912 B`, `24.1 kB`, `1.3 MB` (powers of 1000). */
export function formatBytes(bytes: number): string {
  return `${formatScaled(bytes, ['', 'k', 'M', 'G', 'T'])}B`;
}

/** Bits per second as `2.4 Mbit/s`. */
export function formatBitrate(bits: number): string {
  return `${formatScaled(bits, ['', 'k', 'M', 'G'])}bit/s`;
}

function formatScaled(value: number, prefixes: readonly string[]): string {
  let scaled = value;
  let step = 0;
  while (Math.abs(scaled) >= 999.5 && step < prefixes.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  const digits = step === 0 || Math.abs(scaled) >= 99.95 ? 0 : 1;
  return `${scaled.toFixed(digits)} ${prefixes[step]}`;
}

/** A number of unknown unit, with three or four significant digits if it is not an integer. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? formatCount(value) : String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1000) return formatCount(Math.round(value));
  return String(Number(value.toPrecision(magnitude >= 1 ? 4 : 3)));
}

/** A camel-case identifier, such as a data class, as words: `deviceNames` becomes `device names`. */
export function formatName(name: string): string {
  const known: Readonly<Record<string, string>> = {
    ipAddresses: 'IP addresses',
    pageUrl: 'page URL',
    sdpIdentity: 'SDP identity',
    macAddresses: 'MAC addresses',
    deviceIds: 'device IDs',
    notJson: 'not JSON',
  };
  return known[name] ?? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
