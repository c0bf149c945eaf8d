import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const RECORDINGS = ['chromium-loopback', 'chromium-relay', 'chromium-labels', 'chromium-mdns', 'firefox-loopback'];

/** The messages of one client. */
export interface Recording {
  readonly name: string;
  /** One message per line; each line ends with a line feed. */
  readonly bytes: Buffer;
}

/** The recordings of real browsers, unchanged: calls of about one minute, so a quarter of their bytes is call setup. */
export function recordings(): Recording[] {
  return RECORDINGS.map((name) => ({
    name,
    bytes: readFileSync(fileURLToPath(new URL(`../test/recordings/${name}.raw`, import.meta.url))),
  }));
}

/** Extends each recording by `minutes`: repeats its last ten `getStats` messages every ten seconds. */
export function lengthened(minutes: number): Recording[] {
  return recordings().map(({ name, bytes }) => {
    const statistics = bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line.startsWith('["g"'))
      .slice(-10);
    const more = Buffer.from(`${statistics.join('\n')}\n`.repeat(minutes * 6));
    return { name, bytes: Buffer.concat([bytes, more]) };
  });
}
