import { expect, it } from 'vitest';
import { estimateTokens } from './tokens.ts';

it.each([
  ['', 0],
  ['a call', 2],
  ['connectivity', 3],
  ['maxLossShare', 4],
  ['12.5', 4],
  ['lost 12', 4],
  ['0 0 4.7', 7],
  ['a\n\nb', 3],
  ['srflx, relay', 5],
  ['\u202e', 1],
])('estimates the tokens of %j', (text, expected) => {
  expect(estimateTokens(text)).toBe(expected);
});

it('is linear: a long text takes no time to speak of', () => {
  expect(estimateTokens('a'.repeat(1 << 20))).toBe(1 << 18);
});
