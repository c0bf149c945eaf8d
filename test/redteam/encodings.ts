/** Ways in which applications, browsers and log collectors write a text inside another one. */
export interface Encoding {
  readonly name: string;
  encode(text: string): string;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);
const everyCharacter = (text: string, write: (code: number) => string): string =>
  Array.from(text, (char) => write(char.codePointAt(0)!)).join('');
const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
const utf16 = (text: string, write: (unit: number) => string): string =>
  Array.from({ length: text.length }, (_, at) => write(text.charCodeAt(at))).join('');

export const ENCODINGS: readonly Encoding[] = [
  { name: 'plain', encode: (text) => text },
  { name: 'JSON', encode: (text) => JSON.stringify({ detail: text }) },
  { name: 'JSON in JSON', encode: (text) => JSON.stringify({ detail: JSON.stringify([text]) }) },
  { name: 'JSON after a prefix', encode: (text) => `received: ${JSON.stringify({ detail: text })}` },
  { name: '\\u escapes', encode: (text) => utf16(text, (unit) => `\\u${hex(unit, 4)}`) },
  { name: 'percent', encode: (text) => encodeURIComponent(text) },
  {
    name: 'percent, every byte',
    encode: (text) => Buffer.from(text).reduce((all, byte) => `${all}%${hex(byte, 2)}`, ''),
  },
  { name: 'percent twice', encode: (text) => encodeURIComponent(encodeURIComponent(text)) },
  { name: 'query of a URL', encode: (text) => `https://example.com/log?message=${encodeURIComponent(text)}` },
  { name: 'form body', encode: (text) => new URLSearchParams({ level: 'info', message: text }).toString() },
  { name: 'HTML, signs', encode: escapeHtml },
  { name: 'HTML, every character', encode: (text) => everyCharacter(text, (code) => `&#x${hex(code, 2)};`) },
  { name: 'quoted in an error', encode: (text) => `Error: cannot process "${text}" (code 17)` },
  { name: 'stack line', encode: (text) => `at handle (app.js:12:3) ${text}` },
  { name: 'brackets', encode: (text) => `[${text}]` },
  { name: 'log line', encode: (text) => `2026-01-02T03:04:05.678Z info [rtc] ${text}\n` },
  { name: 'upper case', encode: (text) => text.toUpperCase() },
];
