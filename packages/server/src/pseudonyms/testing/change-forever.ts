import { rotated, withoutEpochs } from '../key-changes.ts';
import { epochsBetween } from '../key-ring.ts';
import { readRing, replaceRing } from '../key-ring-file.ts';

/**
 * A process that changes a key file until it is killed: it begins an epoch, destroys the oldest one that is left, and
 * so on. Prints a line for each change that is done.
 *
 *     node change-forever.ts <key file> <rotation in milliseconds> <the oldest time in milliseconds>
 */
const [path = '', rotation = '', oldest = ''] = process.argv.slice(2);
for (let count = 0; ; count++) {
  const ring = readRing(path)!;
  const now = Date.now();
  const times = { from: Number(oldest), to: now };
  const [, ...past] = epochsBetween(ring, Number(rotation), times);
  const epochs = past.filter(({ key }) => key !== null).slice(-1);
  const left = () => withoutEpochs(ring, Number(rotation), { epochs, oldest: Number(oldest), now });
  replaceRing(path, count % 2 === 0 ? rotated(ring, now) : left());
  process.stdout.write(`${count}\n`);
}
