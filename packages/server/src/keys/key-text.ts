/** Bytes of a key: as many as HMAC-SHA-256 makes use of (RFC 2104, section 3). */
export const KEY_BYTES = 32;

/** A key in hexadecimal digits, Base64 or Base64url, as secret stores and `openssl rand` hand it out; `undefined` if it is none. */
export function parseKey(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex');
  if (!/^[\w+/-]{43}=?$/.test(trimmed)) return undefined;
  const bytes = Buffer.from(trimmed, 'base64');
  return bytes.length === KEY_BYTES ? bytes : undefined;
}
