/** Dates with times in names of files: `2026-01-02-03-04-05`, and the time alone after `2026-01-02T`. */
const DATE_AND_TIME = /^(?:19|20)\d\d(?:-[0-5]\d){4,5}(?:-\d{2,6})?$/;
const TIME = /^[0-2]\d-[0-5]\d-[0-5]\d-\d{2,6}$/;
const DATE = /\b(?:19|20)\d\d-?[01]\d-?[0-3]\d[T_ ]$/;

/** Whether the numbers with dashes are a date with a time, or the time after a date. */
export function isDateTime(text: string, start: number, end: number): boolean {
  const numbers = text.slice(start, end);
  if (DATE_AND_TIME.test(numbers)) {
    const [, month = 0, day = 0, hour = 0] = numbers.split('-').map(Number);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24;
  }
  return TIME.test(numbers) && DATE.test(text.slice(Math.max(0, start - 11), start));
}
