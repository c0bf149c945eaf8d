import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.ts';
import { gzipOf, textOf } from './forms.ts';

const TEXT = 'RTCStatsDump\n{}\n'.repeat(10_000);
const GZIP = gzipSync(TEXT);

it('decompresses a dump, however its bytes are cut', async () => {
  expect(await text(textOf(Readable.from([GZIP])))).toBe(TEXT);
  const bytes = Array.from(GZIP, (byte) => Buffer.of(byte));
  expect(await text(textOf(Readable.from(bytes)))).toBe(TEXT);
});

it('gives the packed bytes of a gzipped dump to readers outside of the gateway', async () => {
  expect(await buffer(gzipOf(Readable.from([GZIP])))).toEqual(GZIP);
});

it.each([
  ['cut off', GZIP.subarray(0, 20), 'DUMP_TRUNCATED'],
  ['empty', Buffer.alloc(0), 'DUMP_TRUNCATED'],
  ['damaged', Buffer.concat([GZIP.subarray(0, -8), Buffer.alloc(8)]), 'DUMP_DAMAGED'],
  ['of no known format', Buffer.from('RTCStatsDump\n{}\n'), 'DUMP_DAMAGED'],
])('fails with a reason if the dump is %s', async (_, packed, code) => {
  await expect(text(textOf(Readable.from([packed])))).rejects.toMatchObject({ name: 'DumpError', code });
});

it('passes on an error of the source, and ends the source with its reader', async () => {
  const failing = new PassThrough();
  failing.write(GZIP.subarray(0, 20));
  const failed = text(textOf(failing));
  failing.destroy(new GatewayError('STORAGE_UNAVAILABLE'));
  await expect(failed).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });

  for (const isStarted of [false, true]) {
    const source = new PassThrough();
    source.write(GZIP.subarray(0, -8));
    const reader = textOf(source);
    if (isStarted) await reader[Symbol.asyncIterator]().next();
    const closed = new Promise((resolve) => source.once('close', resolve));
    reader.destroy();
    await closed;
  }
});
