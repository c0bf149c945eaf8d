/**
 * Names of keys that are secrets, after words are separated: `xAuthKey` -> `x_auth_key`. Not `public_key`, `key_id`.
 */
const NAME =
  /(?:^|[_-])(?:subscription|auth|pass|stream(?:ing)?|licen[cs]e|sdk|app|api|access|private|secret|session|(?:en|de)crypt(?:ion)?|e2ee?|aes|hmac|srtp|sdes|sframe|master|shared|preshared|psk|sign(?:ing|ature)?|rtmp|ingest|publish|account|admin|host|room|meeting|conference|tenant|token|service|server|client|webhook|security|symmetric|crypto|cipher)[_-]?keys?$/;
/** What describes the notation of a key. */
const NOTATION = /[_-]?(?:base[_-]?64|b64|hex|material|raw|bytes)$/;

/** Whether a property of this name holds a key that must not be readable. */
export function isKeyName(name: string): boolean {
  if (name.length > 64 || !/key/i.test(name)) return false;
  const separated = name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
  return NAME.test(separated.replace(NOTATION, ''));
}
