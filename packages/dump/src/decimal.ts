/** Powers of ten that a double holds exactly. */
export const POWERS: readonly number[] = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** Splits a double into two halves whose products are exact. */
const SPLITTER = 2 ** 27 + 1;
/** Far more than the error of the correction below, and far less than half a unit in the last place. */
const MARGIN = 2 ** -90;

/**
 * The value of a decimal number of up to 18 digits, `(high * 10 ** lowDigits + low) / 10 ** scale`. Much faster than
 * making a text of its bytes. NaN if its scale is too large, or if it is so close to the middle of two doubles that it
 * is not certain to which one it has to be rounded.
 *
 * A double does not hold all 17 digits with which browsers write sums of times. Then the remainder of the division is
 * computed, too, which is as exact as if doubles had 100 bits: T. J. Dekker, A floating-point technique for extending
 * the available precision, 1971.
 *
 * @param high the first nine digits at most, without leading zeros
 * @param low the other digits, nine at most
 * @param scale number of digits behind the point
 * @param result where the value is written, because a number that is returned is allocated
 */
export function decimal(high: number, low: number, lowDigits: number, scale: number, result: Float64Array): void {
  result[0] = Number.NaN;
  const divisor = POWERS[scale];
  if (divisor === undefined) return;
  const factor = POWERS[lowDigits]!;
  const product = high * factor;
  const digits = product + low;
  // Dividend and divisor are exact then, and the quotient of two exact doubles is rounded once, as it has to be.
  if (digits <= Number.MAX_SAFE_INTEGER) {
    result[0] = digits / divisor;
    return;
  }
  const digitsError = productError(high, factor, product) + (low - (digits - product));
  const quotient = digits / divisor;
  const back = quotient * divisor;
  const remainder = digits - back - productError(quotient, divisor, back) + digitsError;
  const correction = remainder / divisor;
  const margin = quotient * MARGIN;
  const value = quotient + (correction - margin);
  if (value === quotient + (correction + margin)) result[0] = value;
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
