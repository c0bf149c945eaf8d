import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { overwriteFindings } from './overwrite.ts';
import type { Sample } from './samples.ts';
import { scrub } from './scrub.ts';

/** The size that zstd suggests. Half of it makes calls of half a minute 1 to 2 % larger. */
const DICTIONARY_BYTES = 112_640;
/**
 * Lines of each sample. They hold the setup of a call and its first statistics, in which the dictionary saves most;
 * with whole dumps, statistics take the space of the setup, and calls of all lengths come out larger.
 */
const LINES_PER_SAMPLE = 52;

/**
 * Trains a dictionary (RFC 8878, 5) with the program `zstd`, which has to be installed: Node.js has no function for it.
 *
 * @param id written into the dictionary and into every frame that is compressed with it
 */
export function train(samples: readonly Sample[], id: number): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'dictionary-'));
  try {
    const starts = samples.map(({ text, ...sample }) => ({ ...sample, text: start(text) }));
    const files = scrub(starts).map((text, index) => {
      const file = join(directory, String(index));
      writeFileSync(file, text);
      return file;
    });
    const output = join(directory, 'dictionary');
    const options = [`--maxdict=${DICTIONARY_BYTES}`, `--dictID=${id}`, '-o', output];
    execFileSync('zstd', ['--quiet', '--train', ...files, ...options], { stdio: 'inherit' });
    return overwriteFindings(readFileSync(output));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function start(text: string): string {
  return `${text.split('\n', LINES_PER_SAMPLE).join('\n')}\n`;
}
