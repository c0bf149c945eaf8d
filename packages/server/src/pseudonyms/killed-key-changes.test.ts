import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { keyFile, makeKeyFile } from '../keys/key-file.ts';
import { derivedKey, epochsBetween, type KeyEpoch } from './key-ring.ts';
import { finishChange, readRing } from './key-ring-file.ts';

const SCRIPT = join(import.meta.dirname, 'testing', 'change-forever.ts');
/** All of them with `npm run test:whole`. */
const ROUNDS = process.env['WHOLE_TESTS'] === undefined ? 3 : 50;
const SEED = Number(process.env['KEYS_SEED'] ?? 20_261_128);
const ROTATION = 3_600_000;

/** A linear congruential generator, so that a failure can be repeated. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

it('loses no key and keeps no destroyed one when changes are killed', { timeout: 300_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'killed-keys-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = keyFile(directory);
  const master = makeKeyFile(path);
  const oldest = Date.now() - 2000 * ROTATION;
  const random = randomOf(SEED);
  let known = new Map<string, Buffer | null>();
  for (let round = 0; round < ROUNDS; round++) {
    const args = [SCRIPT, path, String(ROTATION), String(oldest)];
    const changer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(changer, 'close');
    const enough = 1 + Math.floor(random() * 8);
    let changes = 0;
    for await (const _ of createInterface({ input: changer.stdout })) if (++changes === enough) break;
    await new Promise((resolve) => setTimeout(resolve, random() * 10));
    changer.kill('SIGKILL');
    await exited;
    expect(changes).toBe(enough);

    finishChange(path);
    expect(readdirSync(dirname(path))).toEqual(['pseudonyms.key']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const ring = readRing(path)!;
    const epochs = [...epochsBetween(ring, ROTATION, { from: oldest, to: Date.now() })];
    const text = readFileSync(path, 'latin1');
    for (const epoch of epochs) {
      expectSame(epoch, known.get(epoch.id), master);
      if (epoch.key === null) expect(text).not.toContain(Buffer.from(derivedKey(master, epoch.number)).toString('hex'));
    }
    expect(ring.generations.length + ring.destroyed.length).toBeGreaterThan(known.size === 0 ? 1 : 2);
    known = new Map(epochs.map(({ id, key }) => [id, key && Buffer.from(key.bytes)]));
  }
});

/** A key stays what it was, or is destroyed; a destroyed one does not come back. */
function expectSame({ key, number, generation, id }: KeyEpoch, before: Buffer | null | undefined, master: Uint8Array) {
  if (key === null) return;
  const original = generation === 0 ? Buffer.from(derivedKey(master, number)) : before;
  if (original !== undefined) expect(original?.equals(key.bytes), id).toBe(true);
  expect(before, id).not.toBeNull();
}
