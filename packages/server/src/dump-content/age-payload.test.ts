import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, it } from 'vitest';
import { splitAgeFile } from './age-header.ts';
import { opened, sealed } from './age-payload.ts';
import { SealingThread } from './sealing-thread.ts';

const CHUNK = 64 * 1024;
const SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17];

const IDENTITY = await generateX25519Identity();
const RECIPIENT = await identityToRecipient(IDENTITY);

/** As the storage gives them: in pieces that do not fit the chunks of the format. */
function cut(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  const pieces = [];
  for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.subarray(start, start + size));
  return Readable.from(pieces);
}

async function decrypted(file: Uint8Array, size = 50_000): Promise<Buffer> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(IDENTITY);
  const { header, payload } = await splitAgeFile(cut(file, size)[Symbol.asyncIterator]());
  return await buffer(opened(payload, await decrypter.decryptHeader(header)));
}

async function encryptedByPackage(plain: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(RECIPIENT);
  return await encrypter.encrypt(plain);
}

it.each(SIZES)('opens what the package age-encryption has sealed: %i bytes', async (size) => {
  const plain = randomBytes(size);
  expect(await decrypted(await encryptedByPackage(plain))).toEqual(plain);
});

it('seals files that the package opens', async () => {
  const thread = new SealingThread();
  const decrypter = new Decrypter();
  decrypter.addIdentity(IDENTITY);
  for (const size of SIZES) {
    const plain = randomBytes(size);
    const { header, fileKey } = await thread.call('newHeader', { recipient: RECIPIENT });
    const file = Buffer.concat([header, await buffer(sealed(cut(plain, 50_000), fileKey))]);
    expect(Buffer.from(await decrypter.decrypt(file))).toEqual(plain);
  }
  await thread.close();
});

it('opens a file whose bytes come one by one', async () => {
  const plain = randomBytes(100);
  expect(await decrypted(await encryptedByPackage(plain), 1)).toEqual(plain);
});

it('fails for a file that was changed or cut off, wherever that is', async () => {
  const file = await encryptedByPackage(randomBytes(2 * CHUNK + 100));
  const headerBytes = file.length - (16 + 2 * (CHUNK + 16) + 116);
  const ends = [10, headerBytes, headerBytes + 10, headerBytes + 16, headerBytes + 100, file.length - 1];
  // After a whole chunk, where nothing is missing but the mark of the last one.
  ends.push(headerBytes + 16 + CHUNK + 16, headerBytes + 16 + 2 * (CHUNK + 16));
  for (const end of ends) {
    await expect(decrypted(file.subarray(0, end))).rejects.toMatchObject({ name: 'DumpError', code: 'DUMP_TRUNCATED' });
  }
  for (const at of [headerBytes + 5, headerBytes + 20, file.length - 1]) {
    const changed = Buffer.from(file);
    changed[at]! ^= 1;
    await expect(decrypted(changed)).rejects.toMatchObject({ name: 'DumpError' });
  }
  await expect(decrypted(Buffer.concat([file, Buffer.alloc(5)]))).rejects.toMatchObject({ name: 'DumpError' });
});

it('passes on no byte of a chunk that was changed', async () => {
  const changed = Buffer.from(await encryptedByPackage(Buffer.alloc(CHUNK + 100, 'a')));
  changed[changed.length - 200]! ^= 1;
  const decrypter = new Decrypter();
  decrypter.addIdentity(IDENTITY);
  const { header, payload } = await splitAgeFile(cut(changed, 9999)[Symbol.asyncIterator]());
  const seen: Uint8Array[] = [];
  const read = async (): Promise<void> => {
    for await (const bytes of opened(payload, await decrypter.decryptHeader(header))) seen.push(bytes);
  };
  await expect(read()).rejects.toMatchObject({ code: 'DUMP_DAMAGED' });
  expect(seen).toEqual([]);
});
