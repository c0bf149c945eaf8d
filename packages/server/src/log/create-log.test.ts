import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openLog, prettyLine } from './create-log.ts';

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

it('prettyLine keeps a record on one line, and quotes values that could be read as something else', () => {
  const line = JSON.stringify({ level: 'warn', time: 0, a: 'two words', b: 'x=1', c: 'line\nfeed', d: '', msg: 'm' });
  expect(prettyLine(line).slice(9)).toBe('warn  m  a="two words"  b="x=1"  c="line\\nfeed"  d=""');
});

for (const format of ['json', 'pretty'] as const) {
  // Every write to /dev/full fails with ENOSPC (full(4)).
  it.skipIf(!existsSync('/dev/full'))(`goes on without its ${format} log when the disk is full, within bounds`, () => {
    // It stays open, because writes are still being tried when the test ends.
    const output = openSync('/dev/full', 'w');
    const { log, output: buffer } = openLog({ level: 'info', format }, output);
    const before = process.memoryUsage().rss;
    for (let count = 0; count < 20_000; count++) log.info({ filling: 'x'.repeat(2000) }, 'a line');
    expect(process.memoryUsage().rss - before).toBeLessThan(30 * 1024 * 1024);
    expect(buffer.dropped).toBeGreaterThan(19_000);
  });

  it(`goes on without its ${format} log when the reader has left, as the commands treat such a pipe`, async () => {
    const program = `
      import { openLog } from ${JSON.stringify(new URL('./create-log.ts', import.meta.url).href)};
      process.stdout.on('error', () => process.exit(9));
      const { log } = openLog({ level: 'info', format: '${format}' });
      log.info('first');
      process.stdin.once('end', () => {
        for (let count = 0; count < 100; count++) log.info({ count }, 'nobody reads this');
        setImmediate(() => process.exit(0));
      }).resume();`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    const exit = once(child, 'exit');
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    expect(first.toString()).toContain('first');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
  });
}
