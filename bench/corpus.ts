import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const RECORDINGS = ['chromium-loopback', 'chromium-relay', 'chromium-labels', 'chromium-mdns', 'firefox-loopback'];

/** What one client sent: lines, each with its line feed. */
export interface Recording {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The recordings of real browsers, as they are: calls of about a minute, so a quarter of their bytes is set-up. */
export function recordings(): Recording[] {
  return RECORDINGS.map((name) => ({
    name,
    bytes: readFileSync(fileURLToPath(new URL(`../test/recordings/${name}.raw`, import.meta.url))),
  }));
}

/** The same calls as if they had lasted longer: their last ten messages of statistics come again every ten seconds. */
export function longer(minutes: number): Recording[] {
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
