import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

it.each([
  ['prot', ['host', 'port', 'limits'], 'port'],
  ['verfy', ['verify', 'serve'], 'verify'],
  ['Host', ['host', 'port'], 'host'],
  ['dataDir', ['dataDirectory', 'admin'], undefined],
  ['entirelyDifferent', ['host', 'port'], undefined],
  ['x', [], undefined],
])('%s of %j means %s', (name, candidates, expected) => {
  expect(nearest(name, candidates)).toBe(expected);
});
