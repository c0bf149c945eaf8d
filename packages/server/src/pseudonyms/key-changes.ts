import { createHmac, randomBytes } from 'node:crypto';
import { GatewayError } from '../errors/gateway-error.ts';
import { KEY_BYTES } from '../keys/key-text.ts';
import {
  currentEpoch,
  derivedKey,
  epochNumber,
  type Generation,
  type KeptKeys,
  type KeyEpoch,
  type KeyRing,
  keyBytes,
  MAX_EPOCHS,
  parseEpochId,
} from './key-ring.ts';

/** How far ahead the pseudonyms of holds are computed, and how many epochs at most. */
export const AHEAD_MS = 10 * 365 * 86_400_000;
export const MAX_EPOCHS_AHEAD = 1000;

/** Begins a new epoch with a new master key. Earlier epochs keep their keys. */
export function rotated(ring: KeyRing, now: number, master: Uint8Array = randomBytes(KEY_BYTES)): KeyRing {
  return withGeneration(ring, now, { master, kept: [] });
}

/**
 * Begins a new epoch with the keys of another gateway, so that both make the same pseudonyms from now on.
 *
 * @throws GatewayError KEY_UNUSABLE if it is in use already, or would bring a destroyed key back
 */
export function imported(ring: KeyRing, other: KeyRing, rotation: number | null, now: number): KeyRing {
  const { master, kept } = other.generations.at(-1)!;
  const isUsed = ring.generations.at(-1)!.master?.every((byte, index) => byte === master![index]);
  if (isUsed) throw new GatewayError('KEY_UNUSABLE', 'This key is in use already');
  const number = epochNumber(now, rotation);
  const later = kept.map(
    (keys): KeptKeys => ({ ...keys, keys: keysFrom(keys, keys.rotation === rotation ? number : 0) }),
  );
  const generation = { master, kept: later };
  for (const { id, check } of ring.destroyed) {
    const keys = candidates(other, parseEpochId(id)?.number ?? 0);
    if (keys.some((key) => checkOf(key) === check)) {
      throw new GatewayError('KEY_UNUSABLE', `The key of the destroyed epoch ${id} follows from this key`, {
        todo: 'Destroy the epoch on the other gateway as well and import its key file then, or rotate there first.',
      });
    }
  }
  return withGeneration(ring, now, generation);
}

/**
 * Removes the keys of epochs, and every master key from which they follow.
 *
 * @param epochs none of them may be the current one
 * @param oldest the earliest time for which a key is kept, in milliseconds
 */
export function withoutEpochs(
  ring: KeyRing,
  rotation: number | null,
  { epochs, oldest, now }: { readonly epochs: readonly KeyEpoch[]; readonly oldest: number; readonly now: number },
): KeyRing {
  const current = currentEpoch(ring, rotation, now);
  if (epochs.some(({ id }) => id === current.id)) throw new TypeError('the current epoch cannot be destroyed');
  const generations = ring.generations.map((generation, index): Generation => {
    const numbers = new Set(epochs.filter((epoch) => epoch.generation === index).map(({ number }) => number));
    if (numbers.size === 0) return generation;
    const next = ring.generations[index + 1]?.from;
    // A later generation never needs the keys of the time after this one.
    const until = epochNumber(next === undefined ? now + AHEAD_MS : next - 1, rotation) + 1;
    const end = next === undefined ? Math.min(until, current.number + MAX_EPOCHS_AHEAD + 1) : until;
    const begin = Math.max(epochNumber(Math.max(oldest, generation.from), rotation), end - 2 * MAX_EPOCHS);
    const keys = new Map<number, Uint8Array>();
    for (let number = begin; number < end; number++) {
      const key = numbers.has(number) ? null : keyBytes(generation, rotation, number);
      if (key) keys.set(number, key);
    }
    const others = generation.kept.filter((kept) => kept.rotation !== rotation);
    const master = next === undefined ? randomBytes(KEY_BYTES) : null;
    return { from: generation.from, master, kept: [...others, { rotation, until: end, keys }] };
  });
  const at = new Date(now).toISOString();
  const destroyed = epochs.flatMap(({ id, key }) => (key === null ? [] : [{ id, at, check: checkOf(key.bytes) }]));
  return { generations, destroyed: [...ring.destroyed, ...destroyed] };
}

function withGeneration(ring: KeyRing, now: number, generation: Omit<Generation, 'from'>): KeyRing {
  const last = ring.generations.at(-1)!;
  // Also right after another rotation, or after the clock was set back.
  return { ...ring, generations: [...ring.generations, { ...generation, from: Math.max(now, last.from + 1) }] };
}

function keysFrom({ keys }: KeptKeys, first: number): ReadonlyMap<number, Uint8Array> {
  return new Map([...keys].filter(([number]) => number >= first));
}

/** The keys with this number that a ring has or can compute. */
function candidates({ generations }: KeyRing, number: number): Uint8Array[] {
  return generations.flatMap(({ master, kept }) => [
    ...(master ? [derivedKey(master, number)] : []),
    ...kept.flatMap(({ keys }) => keys.get(number) ?? []),
  ]);
}

/** It reveals nothing, because the key is random. */
function checkOf(key: Uint8Array): string {
  return createHmac('sha256', key).update('destroyed').digest('hex').slice(0, 32);
}
