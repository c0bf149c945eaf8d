import { describe, expect, it } from 'vitest';
import { SearchTerms, searchableText } from './search-terms.ts';

const SECRET = 'anna.kelurimo@mail.example';

function isFound(text: string | Buffer): boolean {
  const terms = new SearchTerms();
  terms.add(SECRET, 7);
  terms.add('somebody else', 8);
  return terms.find(searchableText(Buffer.from(text))).has(7);
}

const escaped = [...SECRET].map((char) => `\\u00${char.charCodeAt(0).toString(16)}`).join('');
const percent = [...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16)}`).join('');

describe('a search term is found', () => {
  it.each([
    ['as it is', `x${SECRET}y`],
    ['in capitals', SECRET.toUpperCase()],
    ['with JSON escapes', escaped],
    ['with JSON escapes in JSON text in JSON text', JSON.stringify(JSON.stringify(escaped))],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded in every character', percent],
    ['percent-encoded in capitals', percent.toUpperCase()],
    ['percent-encoded twice', encodeURIComponent(percent)],
    ['percent-encoded in JSON escapes', percent.replaceAll('%', '\\u0025')],
    ['half percent-encoded', `anna%2Ekelu${percent.slice(27)}`],
    ['in hexadecimal digits', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['in Base64', Buffer.from(SECRET).toString('base64')],
    ['in Base64, one byte later', Buffer.from(`x${SECRET} and more`).toString('base64')],
    ['in Base64, two bytes later', Buffer.from(`xy${SECRET} and more`).toString('base64')],
    ['in the Base64 of URLs', Buffer.from(`???>>>${SECRET}`).toString('base64url')],
  ])('%s', (_, text) => {
    expect(isFound(text)).toBe(true);
  });

  it('between bytes that are not text', () => {
    expect(isFound(Buffer.concat([Buffer.of(0, 255, 128), Buffer.from(SECRET), Buffer.of(0, 200)]))).toBe(true);
  });
});

it.each(['', 'anna.kelurim', 'anna.kelurima@mail.example', 'YW5uYS5rZWx1', '%61nna%2Ekel'])(
  'does not find it in %j',
  (text) => {
    expect(isFound(text)).toBe(false);
  },
);

it('refuses a term that is too short', () => {
  expect(() => new SearchTerms().add('anna', 1)).toThrow(RangeError);
});
