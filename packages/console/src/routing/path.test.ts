import { expect, it } from 'vitest';
import { segmentsOf } from './path.ts';

it.each([
  ['/', []],
  ['/sessions/abc/ice/', ['sessions', 'abc', 'ice']],
  ['/conferences/weekly%20standup%2F1', ['conferences', 'weekly standup/1']],
  ['/conferences/%E0%A4%A', undefined],
])('splits the path %s into %j', (pathname, segments) => {
  expect(segmentsOf(pathname)).toEqual(segments);
});
