const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};
const DURATION = /^([1-9]\d{0,4})(h|d|w|y)$/;

/** The format of a duration, for messages and documentation. */
export const DURATION_ALLOWED = 'a number of hours, days, weeks or years of 365 days, such as 12h, 30d, 2w or 1y';

/** `12h`, `30d`, `2w`, `1y` in milliseconds; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  return match === null ? undefined : Number(match[1]) * UNITS[match[2]!]!;
}
