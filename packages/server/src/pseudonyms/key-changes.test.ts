import { describe, expect, it } from 'vitest';
import { AHEAD_MS, imported, rotated, withoutEpochs } from './key-changes.ts';
import { derivedKey, epochOf, epochsBetween, type KeyRing, ringOf } from './key-ring.ts';
import { parseRing, ringText } from './key-ring-file.ts';

const DAY = 86_400_000;
const ROTATION = 30 * DAY;
const NOW = 690.5 * ROTATION;
const master = new Uint8Array(32).fill(7);
const ring = ringOf(master);
const all = (keys: KeyRing, to = NOW) => [...epochsBetween(keys, ROTATION, { from: 680 * ROTATION, to })];
const keysOf = (keys: KeyRing, to?: number) => new Map(all(keys, to).map(({ id, key }) => [id, key?.bytes]));

function without(ids: readonly string[], from: KeyRing = ring, now = NOW): KeyRing {
  const epochs = all(from).filter(({ id }) => ids.includes(id));
  expect(epochs).toHaveLength(ids.length);
  return withoutEpochs(from, ROTATION, { epochs, oldest: 680 * ROTATION, now });
}

/** Everything that can be read in the file. */
function masters({ generations }: KeyRing): (Uint8Array | null)[] {
  return generations.map((generation) => generation.master);
}

describe('a destroyed epoch', () => {
  const left = without(['e684', 'e685']);

  it('has no key, and all others have the same as before, those of the next ten years too', () => {
    const before = keysOf(ring, NOW + AHEAD_MS);
    const after = keysOf(left, NOW + AHEAD_MS);
    expect(after.get('e684')).toBeUndefined();
    expect(after.get('e685')).toBeUndefined();
    for (const [id, key] of before) if (id !== 'e684' && id !== 'e685') expect(after.get(id), id).toEqual(key);
    expect(after.size).toBe(before.size);
  });

  it('follows from nothing in the file', () => {
    const text = ringText(left);
    for (const secret of [master, derivedKey(master, 684), derivedKey(master, 685)]) {
      expect(text).not.toContain(Buffer.from(secret).toString('hex'));
    }
    for (const other of masters(left)) if (other) expect(derivedKey(other, 684)).not.toEqual(derivedKey(master, 684));
    expect(parseRing(Buffer.from(text))).toEqual(left);
  });

  it('stays destroyed when another one is, and under another rotation', () => {
    const later = without(['e683'], left);
    expect([...keysOf(later)].filter(([, key]) => !key).map(([id]) => id)).toEqual(['e685', 'e684', 'e683']);
    expect(later.destroyed.map(({ id }) => id)).toEqual(['e685', 'e684', 'e683']);
    expect(epochOf(left, DAY, 0, 684)!.key!.bytes).not.toEqual(derivedKey(master, 684));
  });

  it('may be one before a rotation, also without an end of epochs', () => {
    const turned = rotated(ring, NOW);
    const part = without(['e690', 'e688'], turned);
    expect(keysOf(part).get('e690')).toBeUndefined();
    expect(keysOf(part).get('e690.1')).toEqual(keysOf(turned).get('e690.1'));
    expect(keysOf(part).get('e689')).toEqual(derivedKey(master, 689));
    expect(masters(part)[0]).toBeNull();
    const epochs = [epochOf(turned, null, 0, 0)!];
    const off = withoutEpochs(turned, null, { epochs, oldest: 0, now: NOW });
    expect(epochOf(off, null, 0, 0)!.key).toBeNull();
    expect(epochOf(off, null, 1, 0)!.key).toEqual(epochOf(turned, null, 1, 0)!.key);
  });

  it('is never the current one', () => {
    const epochs = [epochOf(ring, ROTATION, 0, 690)!];
    expect(() => withoutEpochs(ring, ROTATION, { epochs, oldest: 0, now: NOW })).toThrow(TypeError);
  });

  it('is not brought back by an import', () => {
    expect(() => imported(left, ring, ROTATION, NOW)).toThrow(expect.objectContaining({ code: 'KEY_UNUSABLE' }));
    expect(() => imported(left, rotated(ring, NOW - DAY), ROTATION, NOW)).toThrow(/destroyed epoch e68/);
    expect(imported(left, ringOf(new Uint8Array(32)), ROTATION, NOW).generations).toHaveLength(2);
  });
});

describe('a rotation', () => {
  it('divides the epoch in two that have nothing in common', () => {
    const turned = rotated(ring, NOW);
    expect(all(turned, NOW + ROTATION).slice(0, 3)).toMatchObject([
      { id: 'e691.1', from: 691 * ROTATION, to: 692 * ROTATION },
      { id: 'e690.1', from: NOW, to: 691 * ROTATION },
      { id: 'e690', from: 690 * ROTATION, to: NOW },
    ]);
    expect(keysOf(turned).get('e690.1')).not.toEqual(keysOf(turned).get('e690'));
    expect(keysOf(turned).get('e684')).toEqual(derivedKey(master, 684));
  });

  it('may follow another one at once', () => {
    const ids = all(rotated(rotated(ring, NOW), NOW), NOW + DAY).map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(['e690.2', 'e690.1', 'e690']);
  });
});

describe('an import', () => {
  const there = ringOf(new Uint8Array(32).fill(9));

  it('makes the pseudonyms of the other gateway from then on, also of one that destroyed epochs', () => {
    expect(keysOf(imported(ring, there, ROTATION, NOW)).get('e690.1')).toEqual(keysOf(there).get('e690'));
    const destroyed = without(['e684'], there);
    const shared = imported(ring, destroyed, ROTATION, NOW);
    expect(keysOf(shared, NOW + ROTATION).get('e691.1')).toEqual(keysOf(there, NOW + ROTATION).get('e691'));
    expect(keysOf(shared).get('e684')).toEqual(derivedKey(master, 684));
  });

  it('of the key in use changes nothing', () => {
    expect(() => imported(ring, ringOf(master), ROTATION, NOW)).toThrow('in use already');
  });
});
