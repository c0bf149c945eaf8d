/**
 * Recognizes the replacements of an anonymizer, whatever the class: `[email]`, `audioinput-3f9a2c`. The verifier
 * accepts them by their form alone; other tests prove that pseudonyms are keyed.
 */

const MARKER = /^\[[a-z][a-z -]*\]$/;
/** A word and a number as long as a phone number: not a pseudonym. */
const NAME_AND_NUMBER =
  /^(?!(?:audio|video|device|screen|channel|group|turn|user|conference|session|path|host|network|text|label))[a-z\d-]+-\d{7,15}$/i;
/** A kind and hex digits; the name of an operator's rule may have several words, and then exactly ten digits follow. */
const PSEUDONYM = /^[a-z][a-z\d]*(?:-[\da-f]{6,}|(?:-[a-z]+)+-[\da-f]{10})$/i;
const UUID = /^\{?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\}?$/i;

/** Whether the value is empty, a redaction, a pseudonym, or a repeated masking character. */
export function isNeutral(value: string): boolean {
  return (
    value.trim() === '' ||
    MARKER.test(value) ||
    (PSEUDONYM.test(value) && !NAME_AND_NUMBER.test(value)) ||
    /^([x*.█-])\1*$/i.test(value)
  );
}

export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** Whether the id is generated: a UUID, hex digits, or letters and digits in random order. */
export function isOpaqueId(value: string): boolean {
  // Digits alone may be a phone number.
  if (isUuid(value) || (/^[\da-f]{12,}$/i.test(value) && /\d/.test(value) && /[a-f]/i.test(value))) return true;
  if (!/^[\w+/=-]{16,}$/.test(value) || /(?:^|[-_])(?:[A-Z][a-z]|[a-z]{2})[a-z]{1,}(?:[-_]|$)/.test(value))
    return false;
  // Words are long runs of letters; random text alternates between letters and digits.
  const changes = value.match(/\d[A-Za-z]|[A-Za-z]\d/g)?.length ?? 0;
  return changes >= value.length / 6;
}
