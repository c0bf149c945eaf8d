import { expect, it } from 'vitest';
import { prettyLine } from './log.ts';

it('prettyLine puts time, level and message first, then the fields', () => {
  const time = new Date(2026, 0, 31, 14, 2, 11).getTime();
  const line = JSON.stringify({
    level: 'info',
    time,
    session: 'abc',
    messages: 3,
    stack: ['at x'],
    msg: 'session finished',
  });
  expect(prettyLine(line)).toBe('14:02:11 info  session finished  session=abc  messages=3  stack=["at x"]');
});
