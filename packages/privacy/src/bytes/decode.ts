// `ignoreBOM`: keep a byte order mark in the text, because it is invalid in JSON and has to be rejected.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LATIN1 = new TextDecoder('latin1');
const NOT_PLAIN = /[^\u0020-\u007e]|\\/;
const CONTROL = /[\u0000-\u001f]/;

/**
 * The method of Node's Buffer that is used if available: a call of TextDecoder costs more than decoding most strings
 * here.
 */
interface WithLatin1 {
  latin1Slice?(from: number, to: number): string;
}

/** Decodes UTF-8. Throws a TypeError if the bytes are not valid. */
export function decodeUtf8(bytes: Uint8Array): string {
  return UTF8.decode(bytes);
}

/**
 * Decodes the content of a JSON string (the bytes between its quotes); null if it is invalid (RFC 8259, section 7;
 * UTF-8).
 */
export function decodeStringContent(bytes: Uint8Array, from: number, to: number): string | null {
  const raw = decodeLatin1(bytes, from, to);
  if (isPlain(raw)) return raw;
  try {
    const text = UTF8.decode(bytes.subarray(from, to));
    if (text.includes('\\')) return JSON.parse(`"${text}"`) as string;
    return CONTROL.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Whether the content of a JSON string, decoded as Latin-1, is its text: it has no escapes and is printable ASCII. */
export function isPlain(raw: string): boolean {
  return !NOT_PLAIN.test(raw);
}

/** One character per byte. Correct for ASCII, and sufficient to search for ASCII. */
export function decodeLatin1(bytes: Uint8Array, from: number, to: number): string {
  const node = bytes as WithLatin1;
  return node.latin1Slice === undefined ? LATIN1.decode(bytes.subarray(from, to)) : node.latin1Slice(from, to);
}
