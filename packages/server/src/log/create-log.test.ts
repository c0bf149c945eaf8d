import { closeSync, existsSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createLog, prettyLine } from './create-log.ts';

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

// Every write to it fails with ENOSPC (full(4)).
it.skipIf(!existsSync('/dev/full'))('goes on without its log when the disk is full, and does not collect it', () => {
  const output = openSync('/dev/full', 'w');
  const log = createLog({ level: 'info', format: 'json' }, output);
  const before = process.memoryUsage().rss;
  for (let count = 0; count < 20_000; count++) log.info({ filling: 'x'.repeat(2000) }, 'a line');
  expect(process.memoryUsage().rss - before).toBeLessThan(30 * 1024 * 1024);
  closeSync(output);
});
