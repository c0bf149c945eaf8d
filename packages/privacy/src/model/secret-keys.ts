/** How likely the value under a name is a key that lets someone act for another, or decrypt. */
export type KeyKind = 'secret' | 'maybe';

/** Words before `key` that make it a secret whatever its value: `subscriptionKey`, `x-auth-key`, `STREAM_KEY`. */
const SECRET_WORDS = words(
  'access account activation admin aes api apikey app application auth authentication authorization bot call cipher ' +
    'client conference consumer crypt crypto customer dec decrypt decryption derived e2e e2ee enc encrypt ' +
    'encryption group hmac host ingest integration join jwt kms licence license master ' +
    'meeting merchant moderator participant partner pass passphrase pre preshared private product ' +
    'project psk publish ratchet rapidapi recovery reseller room rtmp sdes sdk secret security ' +
    'serial server service session sframe shared sign signature signing srtp sso stream streaming subscription ' +
    'symmetric tenant token user webhook whip wifi wpa',
);
/** Words before `key` that make it a name, a constraint of a database, a key of a keyboard, or public by design. */
const TECHNICAL_WORDS = words(
  'alt any arrow attribute cache candidate chroma codec color column composite config cookie count ctrl current ' +
    'dictionary down duplicate enter entry error escape event field first foreign has hash header hot i18n idempotency ' +
    'index intl invalid is item label lang language last list locale localstorage lookup map message meta metric missing ' +
    'modifier name new next object old option page param parameter partition press pressed prev previous property ' +
    'public query react release row shift shortcut socket sort space stat state stats status store string surrogate tab ' +
    'table text title track translation type unique unknown up url websocket',
);
/** Words after `key` that say how it is written or made: `keyBase64`, `key_material`, `keySalt`. */
const FORMAT_WORDS = words('base64 b64 hex material salt bytes raw param params');
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;
/** A longer name is not a name. */
const MAX_NAME_LENGTH = 64;

/**
 * Judges the name of a property, header or form field. `secret`: its value is a key. `maybe`: it is one if it looks
 * random (`looksLikeKey`). Undefined: it is something else, such as `keyFrame`, `publicKey`, `key_id` or `hotkey`.
 */
export function keyKind(name: string): KeyKind | undefined {
  if (name.length > MAX_NAME_LENGTH || !/key/i.test(name)) return undefined;
  const parts = (
    name
      .replaceAll(/[il]1[08]n/gi, 'intl')
      .replaceAll(/base64/gi, ' base64 ')
      .replaceAll(/e2ee?(?=[A-Z_-])/gi, ' e2ee ')
      .match(PART) ?? []
  )
    .flatMap((part) => (part === 'base64' || part === 'e2ee' ? [part] : (part.match(WORD) ?? [])))
    .map((part) => part.toLowerCase());
  const isFormatted = parts.some((part) => FORMAT_WORDS.has(part));
  const own = parts.filter((part) => !FORMAT_WORDS.has(part) && !/^\d+$/.test(part));
  const last = own.pop() ?? '';
  const compound = /^(.{2,})keys?$/.exec(last)?.[1];
  if (compound !== undefined) return SECRET_WORDS.has(compound) ? 'secret' : undefined;
  if (last !== 'key' && last !== 'keys') return undefined;
  const before = own.at(-1);
  if (before === undefined) return isFormatted ? 'secret' : 'maybe';
  if (TECHNICAL_WORDS.has(before)) return undefined;
  return own.some((part) => SECRET_WORDS.has(part)) ? 'secret' : 'maybe';
}

const PART = /base64|e2ee|[A-Za-z0-9]+/g;
const MIXED = /^(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[\w+/=.~-]{8,256}$/;
const RANDOM = /^(?:[0-9a-f]{32,256}|[A-Za-z0-9+/_-]{20,256}={0,2})$/i;
/** Ids, numbers with a unit, and versions, which are in fields named after keys too. */
const STRUCTURED = /^(?:[A-Za-z]{1,8}[-_]?\d{1,16}(?:[A-Za-z]{1,3}\d{1,12})?|\d{1,6}[A-Za-z]{1,4})$/;

/** Whether a value under a name of kind `maybe` is a key. `isBare`: the name is just `key`, which can mean anything. */
export function looksLikeKey(value: string, isBare: boolean): boolean {
  if (isBare) {
    // Without the lifetime that SDES appends (RFC 4568, section 6.1).
    const key = value.replace(/\|.{0,64}$/, '');
    return RANDOM.test(key) && /\d/.test(key) && /[A-Za-z]/.test(key) && !STRUCTURED.test(key) && isDense(key);
  }
  return MIXED.test(value) && !STRUCTURED.test(value);
}

/** Whether letters and digits, or letters of both cases, alternate as in random text rather than in words. */
function isDense(value: string): boolean {
  return (value.match(/\d[A-Za-z]|[A-Za-z]\d|[a-z][A-Z]/g)?.length ?? 0) >= value.length / 7;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
