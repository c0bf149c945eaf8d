import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { printableStream } from './printable-stream.ts';

async function printed(chunks: readonly Uint8Array[]): Promise<string> {
  return await text(Readable.from(chunks).pipe(printableStream()));
}

const CLEAR = '\u001b[2J';
const REVERSED = '\u202egnp.exe\u202c';

it('replaces control and bidirectional characters, and leaves lines and tabs', async () => {
  const bytes = Buffer.from(`first\tä${CLEAR}\r\n${REVERSED} \u009b31m \u061c\u2066x\u2069\n`);
  expect(await printed([bytes])).toBe('first\tä\ufffd[2J\ufffd\n\ufffdgnp.exe\ufffd \ufffd31m \ufffd\ufffdx\ufffd\n');
});

it('is the same wherever chunks are cut', async () => {
  const bytes = Buffer.from(`emoji 🙂 ${REVERSED}\n${CLEAR}`);
  const whole = await printed([bytes]);
  expect(whole).toContain('emoji 🙂 ');
  for (let cut = 1; cut < bytes.length; cut++) {
    expect(await printed([bytes.subarray(0, cut), bytes.subarray(cut)])).toBe(whole);
  }
});

it('replaces bytes that are not UTF-8', async () => {
  expect(await printed([Buffer.from([0x61, 0x9b, 0x62, 0xe2, 0x80])])).toBe('a\ufffdb\ufffd');
});
