import { expect, it } from 'vitest';
import { formatBytes, printable, table } from './terminal.ts';

it('printable leaves text alone and takes away what moves the cursor or turns the direction', () => {
  expect(printable('Zoë 会议 👩‍💻 a-b_c')).toBe('Zoë 会议 👩‍💻 a-b_c');
  expect(printable('a\u001b[31mb\r\nc\u0007')).toBe('a\ufffd[31mb\ufffd\ufffdc\ufffd');
  expect(printable('x\u202egpj.exe\u2066')).toBe('x\ufffdgpj.exe\ufffd');
});

it('table lines its columns up', () => {
  expect(
    table(
      ['ID', 'STATE'],
      [
        ['1234', 'stored'],
        ['5', 'x\u001b'],
      ],
    ).split('\n'),
  ).toEqual(['ID    STATE', '1234  stored', '5     x\ufffd']);
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536 * 1024, '1.5 MiB'],
  [5 * 1024 ** 5, '5120.0 TiB'],
])('formatBytes of %i is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
