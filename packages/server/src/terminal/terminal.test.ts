import { expect, it } from 'vitest';
import { printable } from './terminal.ts';

it('printable leaves text alone and takes away what moves the cursor or turns the direction', () => {
  expect(printable('Zoë 会议 👩‍💻 a-b_c')).toBe('Zoë 会议 👩‍💻 a-b_c');
  expect(printable('a\u001b[31mb\r\nc\u0007')).toBe('a\ufffd[31mb\ufffd\ufffdc\ufffd');
  expect(printable('x\u202egpj.exe\u2066')).toBe('x\ufffdgpj.exe\ufffd');
});
