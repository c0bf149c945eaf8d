/**
 * What an anonymizer leaves in place of a value, in whichever class: `[email]`, `audioinput-3f9a2c`. The verifier takes these
 * for clean because of their form alone; that they are keyed and say nothing is proven elsewhere.
 */

const MARKER = /^\[[a-z][a-z -]*\]$/;
/** As long as a telephone number: a name in front of it is no pseudonym's. */
const NAME_AND_NUMBER =
  /^(?!(?:audio|video|device|screen|channel|group|turn|user|conference|session|path|host|label))[a-z\d-]+-\d{7,15}$/i;
const PSEUDONYM = /^[a-z][a-z\d]*(?:-[a-z]+)*-[\da-f]{6,}$/i;
const UUID = /^\{?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\}?$/i;

/** Empty, a redaction, a pseudonym, or one and the same character over and over. */
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

/** An id that a machine made up: a UUID, or hexadecimal digits, or letters and digits in no order. */
export function isOpaqueId(value: string): boolean {
  if (isUuid(value) || /^[\da-f]{12,}$/i.test(value)) return true;
  if (!/^[\w+/=-]{16,}$/.test(value) || /(?:^|[-_])[A-Z]?[a-z]{2,}(?:[-_]|$)/.test(value)) return false;
  // Words are long stretches of letters; random text changes between digits and letters again and again.
  const changes = value.match(/\d[A-Za-z]|[A-Za-z]\d/g)?.length ?? 0;
  return changes >= value.length / 6;
}
