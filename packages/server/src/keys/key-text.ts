/** Bytes of a key: the recommended length for HMAC-SHA-256 (RFC 2104, section 3). */
export const KEY_BYTES = 32;

/**
 * A key in hexadecimal digits, Base64 or Base64url, as secret stores and `openssl rand` print it; `undefined` for
 * anything else.
 */
export function parseKey(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex');
  if (!/^[\w+/-]{43}=?$/.test(trimmed)) return undefined;
  const bytes = Buffer.from(trimmed, 'base64');
  return bytes.length === KEY_BYTES ? bytes : undefined;
}
