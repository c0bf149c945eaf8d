// `ignoreBOM`: a byte order mark is no part of JSON and has to be seen to be refused.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LATIN1 = new TextDecoder('latin1');
const NOT_PLAIN = /[^\u0020-\u007e]|\\/;
const CONTROL = /[\u0000-\u001f]/;

/** What of Node's Buffer is used where it exists; a decoder's call costs more than most strings here take to read. */
interface WithLatin1 {
  latin1Slice?(from: number, to: number): string;
}

/** UTF-8 to text. Throws a TypeError for bytes that are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  return UTF8.decode(bytes);
}

/** The content of a JSON string, between its quotes, decoded; null when it is not valid (RFC 8259, 7; UTF-8). */
export function decodeStringContent(bytes: Uint8Array, from: number, to: number): string | null {
  const raw = decodeLatin1(bytes, from, to);
  if (!NOT_PLAIN.test(raw)) return raw;
  try {
    const text = UTF8.decode(bytes.subarray(from, to));
    if (text.includes('\\')) return JSON.parse(`"${text}"`) as string;
    return CONTROL.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** One character a byte: right for ASCII, and enough for looking for ASCII. */
export function decodeLatin1(bytes: Uint8Array, from: number, to: number): string {
  const node = bytes as WithLatin1;
  return node.latin1Slice === undefined ? LATIN1.decode(bytes.subarray(from, to)) : node.latin1Slice(from, to);
}
