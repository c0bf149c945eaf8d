import { describe, expect, it } from 'vitest';
import { parseComparison } from '../config/comparison.ts';
import { EventSearch } from './event-search.ts';

const dump = [
  'RTCStatsDump',
  '{"fileFormat":3}',
  '["create",null,{"rating":1},1]',
  '[":userRating",null,{"rating":4,"by":{"role":"guest"}},2]',
  '[":userRating",null,{"rating":"2"},3]',
  '[":left",null,"angry",3]',
].join('\n');

function matches(name: string, where: Readonly<Record<string, string | number | boolean>>): boolean {
  const comparisons = Object.entries(where).map(([path, text]) => parseComparison(path, text)!);
  const search = new EventSearch([{ name, where: comparisons }]);
  for (let start = 0; start < dump.length; start += 7) search.push(Buffer.from(dump.slice(start, start + 7)));
  search.end();
  return search.found === 0;
}

describe('a condition on an event', () => {
  it.each<[string, Record<string, string | number | boolean>, boolean]>([
    [':userRating', {}, true],
    [':other', {}, false],
    [':user', {}, false],
    [':userRating', { rating: '<= 2' }, true],
    [':userRating', { rating: '< 2' }, false],
    [':userRating', { rating: '>= 4' }, true],
    [':userRating', { rating: '> 4' }, false],
    [':userRating', { rating: 4 }, true],
    [':userRating', { rating: '= 3' }, false],
    [':userRating', { rating: '!= 4' }, true],
    [':userRating', { missing: '!= 4' }, false],
    [':userRating', { 'by.role': 'guest' }, true],
    // Both of one event, not one of each.
    [':userRating', { 'by.role': 'guest', rating: '<= 2' }, false],
    [':left', { '': 'angry' }, true],
    [':left', { '': '<= 2' }, false],
    ['create', { rating: 1 }, true],
    ['create', { toString: '!= x' }, false],
  ])('%s where %j: %s', (name, where, expected) => {
    expect(matches(name, where)).toBe(expected);
  });

  it('rejects an order comparison of texts', () => {
    expect(parseComparison('a', '<= poor')).toBeUndefined();
    expect(parseComparison('a', '<=')).toBeUndefined();
    expect(parseComparison('a', '"<= poor"')).toMatchObject({ operator: '=', operand: '<= poor' });
  });

  it('finds the first of several, in the order of the rules', () => {
    const search = new EventSearch([
      { name: ':left', where: [] },
      { name: ':userRating', where: [] },
    ]);
    expect(search.push(Buffer.from(dump))).toBe(false);
    expect(search.found).toBe(1);
    search.end();
    expect(search.found).toBe(0);
  });
});
