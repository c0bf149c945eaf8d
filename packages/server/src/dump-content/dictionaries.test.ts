import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Anonymizer, compilePolicy, DumpAnonymizer, presetPolicy } from '@rtcstats-server/privacy';
import { Verifier } from '@rtcstats-server/privacy/verifier';
import { type Recording, recordings } from '@rtcstats-server/testing/recordings';
import { describe, expect, it } from 'vitest';
import { compress } from './compression.ts';
import { CURRENT_DICTIONARY, DICTIONARY_IDS, dictionaryOf } from './dictionaries.ts';

/** A dictionary that was published must never change: dumps that were compressed with it cannot be read without it. */
const PUBLISHED: Readonly<Record<number, string>> = {
  40001: 'f318dffee350b35626463302a5fdcc64c7d6f0d5cbc3c10dc00834cfd2605171',
};
/**
 * What may tell people, devices and calls apart: ids, keys and passwords, fingerprints, addresses, and numbers that are
 * too long to be common.
 */
const IDENTIFIERS = [
  /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi,
  /(?:[0-9a-f]{2}:){7}(?:[0-9a-f]{2}:)*[0-9a-f]{2}/gi,
  /(?<=ufrag[": ]{1,4})[\w+/]{4,}|(?<=pwd[": ]{1,4})[\w+/]{16,}/g,
  /\b(?:\d{1,3}\.){3}(?:\d{1,3}|x)\b/g,
  /[A-Za-z0-9+/_-]{20,}={0,2}/g,
  /(?<![\d.])\d{8,}/g,
];
/** The dump of a recording as the gateway stores it. */
function dumpOf(messages: readonly string[]): Buffer {
  const dump = new DumpAnonymizer(new Anonymizer(compilePolicy(presetPolicy('standard'))));
  const lines = [...dump.push(Buffer.from(`${messages.join('\n')}\n`)).map((piece) => piece.slice()), ...dump.end()];
  return Buffer.concat([Buffer.from('RTCStatsDump\n{"fileFormat":3}\n'), ...lines]);
}

/** The identifiers in the messages of a recording, and in its dump. */
function identifiersOf({ messages }: Recording): Set<string> {
  const texts = [messages.join('\n'), dumpOf(messages).toString()];
  return new Set(texts.flatMap((text) => IDENTIFIERS.flatMap((pattern) => text.match(pattern) ?? [])));
}

const all = recordings();
const identifiers = new Map(all.map((recording) => [recording, identifiersOf(recording)]));

describe.each(DICTIONARY_IDS)('dictionary %i', (id) => {
  it('has its id, and is the one that was published', async () => {
    const bytes = await dictionaryOf(id);
    // RFC 8878, 5.
    expect([bytes.readUInt32LE(0), bytes.readUInt32LE(4)]).toEqual([0xec30a437, id]);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(PUBLISHED[id]);
  });

  it('has nothing personal in it', async () => {
    const verifier = new Verifier(presetPolicy('standard'));
    verifier.push(Buffer.from((await dictionaryOf(id)).toString('latin1')));
    expect(verifier.end()).toMatchObject({ clean: true, findings: [] });
  });

  it.each(all)('has nothing of the recording $name', async (recording) => {
    const content = (await dictionaryOf(id)).toString('latin1');
    const others = all.filter((other) => other !== recording);
    // Texts of the protocol and of the browser are in several recordings.
    const isShared = (value: string): boolean => others.some((other) => identifiers.get(other)!.has(value));
    const own = [...identifiers.get(recording)!].filter((value) => !isShared(value));
    expect(own.length).toBeGreaterThan(20);
    const values = [...own, ...recording.personal, ...recording.addresses];
    expect(values.filter((value) => content.includes(value))).toEqual([]);
  });
});

it('makes the dumps of short calls at least a fourth smaller than gzip', async () => {
  expect(DICTIONARY_IDS).toContain(CURRENT_DICTIONARY);
  let [gzip, zstd] = [0, 0];
  for (const { messages } of all) {
    const dump = dumpOf(messages.slice(0, 60));
    gzip += gzipSync(dump, { level: 6 }).length;
    zstd += (await compress(dump, { format: 'zstd', dictionary: true })).bytes.length;
  }
  expect(zstd / gzip).toBeLessThan(0.75);
});

it('does not know the dictionary of a newer version', async () => {
  await expect(dictionaryOf(40999)).rejects.toMatchObject({ code: 'DICTIONARY_UNKNOWN' });
});
