const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/** Powers of ten that a double holds exactly. */
export const POWERS: readonly number[] = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** A double holds all whole numbers below this one exactly, with one more digit. */
const EXACT = 1e14;
const MAX_MORE_DIGITS = 4;
/** Splits a double into two halves whose products are exact. */
const SPLITTER = 2 ** 27 + 1;
/** Far more than the error of the correction below, and far less than half a unit in the last place. */
const MARGIN = 2 ** -90;

/**
 * The value of a decimal number with more digits than a double holds exactly, such as the 17 digits with which
 * browsers write sums of times. Much faster than making a text of it. Undefined if it is too long, or so close to the
 * middle of two doubles that it is not certain to which one it has to be rounded.
 *
 * Computes `digits / 10 ** scale` with the remainder of the division, which is as exact as if doubles had 100 bits:
 * T. J. Dekker, A floating-point technique for extending the available precision, 1971.
 *
 * @param scale number of digits behind the point
 */
export function longDecimal(bytes: Uint8Array, start: number, end: number, scale: number): number | undefined {
  const divisor = POWERS[scale];
  if (divisor === undefined) return undefined;
  let upper = 0;
  let lower = 0;
  let more = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === DOT || byte === MINUS) continue;
    if (upper < EXACT) upper = upper * 10 + (byte - ZERO);
    else {
      if (more === MAX_MORE_DIGITS) return undefined;
      lower = lower * 10 + (byte - ZERO);
      more += 1;
    }
  }
  // The digits as a sum of two doubles.
  const factor = POWERS[more]!;
  const product = upper * factor;
  const digits = product + lower;
  const digitsError = productError(upper, factor, product) + (lower - (digits - product));
  const quotient = digits / divisor;
  const back = quotient * divisor;
  const remainder = digits - back - productError(quotient, divisor, back) + digitsError;
  const correction = remainder / divisor;
  const margin = quotient * MARGIN;
  const value = quotient + (correction - margin);
  if (value !== quotient + (correction + margin)) return undefined;
  return bytes[start] === MINUS ? -value : value;
}

/** What is missing from a product of two doubles to the exact one. */
function productError(a: number, b: number, product: number): number {
  const aShifted = a * SPLITTER;
  const aUpper = aShifted - (aShifted - a);
  const aLower = a - aUpper;
  const bShifted = b * SPLITTER;
  const bUpper = bShifted - (bShifted - b);
  const bLower = b - bUpper;
  return aLower * bLower - (product - aUpper * bUpper - aLower * bUpper - aUpper * bLower);
}
