import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, constants as zlib, zstdCompressSync } from 'node:zlib';
import { type Sample, samples } from './dictionary/samples.ts';
import { train } from './dictionary/train.ts';
import { ROOT } from './workspaces.ts';

/*
 * node scripts/train-dictionary.ts ID DIRECTORY...        trains a dictionary with all recordings of the directories,
 *                                                         and writes packages/server/src/dump-content/dictionaries/ID.ts
 * node scripts/train-dictionary.ts validate DIRECTORY...  prints how small dumps become with a dictionary that was
 *                                                         trained without them
 *
 * Needs the program `zstd` (Debian: apt-get install zstd). Dumps keep the id of their dictionary, so never train
 * another one with the id of a version that was published: take the next id, add it to dictionaries.ts, and leave the
 * old ones.
 */

/** RFC 8878, 5: ids from 32768 to 2^31 - 1 are free for private use. Ids up to 65535 take two bytes in a frame. */
const MIN_ID = 32768;
const MAX_ID = 65535;

const [task = '', ...directories] = process.argv.slice(2);
const all = samples(directories);
if (all.length === 0) throw new Error('There are no recordings in these directories');
if (task === 'validate') validate();
else write(Number(task));

function write(id: number): void {
  if (!(id >= MIN_ID && id <= MAX_ID)) throw new Error(`The id has to be a number from ${MIN_ID} to ${MAX_ID}`);
  const bytes = train(all, id);
  const path = join(ROOT, `packages/server/src/dump-content/dictionaries/${id}.ts`);
  const text = `/** Made by scripts/train-dictionary.ts from ${all.length} recordings; never changed after it was published. */
export const DICTIONARY: Buffer = Buffer.from(
  '${bytes.toString('base64')}',
  'base64',
);
`;
  writeFileSync(path, text);
  console.log(`${path}: ${bytes.length} bytes`);
}

/** Size relative to gzip 6 of dumps whose call, or whose browser, the dictionary was trained without. */
function validate(): void {
  const calls = [...new Set(all.map(({ call }) => call))];
  const isFirefox = ({ text }: Sample): boolean => !text.includes('"userAgentData"');
  const folds = [0, 1, 2, 3].map((fold) => {
    const left = new Set(calls.filter((_, index) => index % 4 === fold));
    return ({ call }: Sample): boolean => left.has(call);
  });
  const splits: [string, ((sample: Sample) => boolean)[]][] = [
    ['calls left out, in four parts', folds],
    ['Firefox left out', [isFirefox]],
    ['Chromium left out', [(sample) => !isFirefox(sample)]],
  ];
  for (const [name, parts] of splits) {
    const tests = parts.map((isLeftOut) => ({
      dictionary: train(
        all.filter((sample) => !isLeftOut(sample)),
        MIN_ID,
      ),
      samples: all.filter(isLeftOut),
    }));
    console.log(`${name}: size relative to gzip 6`);
    for (const seconds of [10, 20, 30, 60]) {
      let [gzip, plain, small, count, bytes] = [0, 0, 0, 0, 0];
      for (const { dictionary, samples } of tests) {
        for (const { text } of samples) {
          const dump = Buffer.from(cut(text, seconds * 1000));
          count++;
          bytes += dump.length;
          gzip += gzipSync(dump, { level: 6 }).length;
          plain += compressed(dump);
          small += compressed(dump, dictionary);
        }
      }
      const mean = Math.round(bytes / count / 1000);
      console.log(
        `  first ${seconds} s (${count} dumps, ${mean} KB): zstd ${share(plain, gzip)}, with dictionary ${share(small, gzip)}`,
      );
    }
  }
}

function compressed(dump: Buffer, dictionary?: Buffer): number {
  const params = { [zlib.ZSTD_c_compressionLevel]: 7, [zlib.ZSTD_c_minMatch]: 6 };
  return zstdCompressSync(dump, { params, ...(dictionary && { dictionary }) }).length;
}

function share(bytes: number, of: number): string {
  return (bytes / of).toFixed(3);
}

/** The dump as it would be if its call had ended after this time. */
function cut(text: string, milliseconds: number): string {
  const lines = text.trimEnd().split('\n');
  let time = 0;
  const end = lines.findIndex((line, index) => {
    // After the head, the metadata and the first event, whose time is absolute.
    if (index > 2) time += Number((JSON.parse(line) as unknown[]).at(-1));
    return time > milliseconds;
  });
  return `${lines.slice(0, end < 0 ? undefined : end).join('\n')}\n`;
}
