import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.ts';
import { compress, compressor } from './compression.ts';
import { gzipOf, textOf, unpacked } from './forms.ts';

const TEXT = 'RTCStatsDump\n{}\n'.repeat(10_000);
const GZIP = gzipSync(TEXT);
const ZSTD = zstdCompressSync(TEXT);
const WITH_DICTIONARY = Buffer.from((await compress(Buffer.from(TEXT), { format: 'zstd', dictionary: true })).bytes);
const STREAMED = await buffer(
  Readable.from([Buffer.from(TEXT)]).pipe(compressor({ format: 'zstd', dictionary: true })),
);

/** The checksum is at the end. */
function damaged(packed: Buffer): Buffer {
  return Buffer.concat([packed.subarray(0, -4), Buffer.alloc(4)]);
}

function inPieces(bytes: Buffer, size: number): Readable {
  const count = Math.ceil(bytes.length / size);
  return Readable.from(Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size)));
}

it.each([
  ['gzip', GZIP, 'gzip'],
  ['zstd', ZSTD, 'zstd'],
  ['zstd with a dictionary', WITH_DICTIONARY, 'zstd'],
  ['zstd from a stream', STREAMED, 'zstd'],
])('decompresses a dump that is %s, however its bytes are cut', async (_, packed, format) => {
  for (const size of [1, 5, packed.length]) expect(await text(textOf(inPieces(packed, size)))).toBe(TEXT);
  const dump = await unpacked(inPieces(packed, 3));
  expect(dump.format).toBe(format);
  expect(await text(dump.text)).toBe(TEXT);
});

it('takes what has no magic number for plain text, where that is allowed', async () => {
  const { format, text: content } = await unpacked(Readable.from([Buffer.from('RTCS')]));
  expect(format).toBeNull();
  expect(await text(content)).toBe('RTCS');
});

it('makes the same gzip file of a zstd dump each time, however its bytes are cut', async () => {
  // Lines that differ, so that gzip has choices.
  const lines = Buffer.from(
    Array.from({ length: 30_000 }, (_, index) => `["g",null,${(index * 7919) % 10_007}]\n`).join(''),
  );
  const packed = zstdCompressSync(lines);
  const first = await buffer(gzipOf(Readable.from([packed])));
  expect(gunzipSync(first)).toEqual(lines);
  for (const size of [1, 1000, 4099]) expect(await buffer(gzipOf(inPieces(packed, size)))).toEqual(first);
});

it('says that a dictionary is not known', async () => {
  const unknown = Buffer.from(WITH_DICTIONARY);
  const at = unknown.indexOf(Buffer.from([40001 & 0xff, 40001 >> 8]));
  unknown.writeUInt16LE(65_000, at);
  for (const open of [textOf, gzipOf]) {
    const source = Readable.from([unknown]);
    const expected = { code: 'DICTIONARY_UNKNOWN', message: expect.stringContaining('65000') };
    await expect(buffer(open(source))).rejects.toMatchObject(expected);
    expect(source.destroyed).toBe(true);
  }
});

it('gives the packed bytes of a gzipped dump to readers outside of the gateway', async () => {
  expect(await buffer(gzipOf(Readable.from([GZIP])))).toEqual(GZIP);
});

it.each([
  ['cut off', GZIP.subarray(0, 20), 'DUMP_TRUNCATED'],
  ['empty', Buffer.alloc(0), 'DUMP_TRUNCATED'],
  ['damaged', Buffer.concat([GZIP.subarray(0, -8), Buffer.alloc(8)]), 'DUMP_DAMAGED'],
  ['zstd and cut off', ZSTD.subarray(0, -8), 'DUMP_TRUNCATED'],
  ['zstd and cut off in its header', WITH_DICTIONARY.subarray(0, 6), 'DUMP_TRUNCATED'],
  ['zstd and damaged', damaged(STREAMED), 'DUMP_DAMAGED'],
  ['zstd with a dictionary and damaged', damaged(WITH_DICTIONARY), 'DUMP_DAMAGED'],
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
