import { createHmac } from 'node:crypto';
import type { PseudonymKey } from '@rtcstats-server/privacy';

/** Most epochs that a search goes back: more than a century of months. */
export const MAX_EPOCHS = 2000;

/**
 * Everything that the keys of pseudonyms are made from. Before the first change it is one generation with a master key.
 *
 * **Destroying.** An epoch cannot be forgotten while a master key exists that its key follows from. Destroying one
 * therefore writes out the keys of the other epochs, also of those to come, because holds have their names already,
 * and replaces the master key by a random one, from which only what is not written out follows.
 */
export interface KeyRing {
  /** By time; the first begins at 0, and the last one always has a master key. */
  readonly generations: readonly Generation[];
  readonly destroyed: readonly DestroyedEpoch[];
}

/** The keys from a time on, until the next generation begins: the first ones, or those after a rotation or import. */
export interface Generation {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly from: number;
  /** The key of an epoch is HMAC-SHA-256 of it and `epoch:<number>`, unless `kept` covers the epoch. */
  readonly master: Uint8Array | null;
  readonly kept: readonly KeptKeys[];
}

/** The keys of all epochs with a number below `until` that are left, for one length of epochs. */
export interface KeptKeys {
  /** Milliseconds; null: one epoch that never ends. */
  readonly rotation: number | null;
  readonly until: number;
  readonly keys: ReadonlyMap<number, Uint8Array>;
}

export interface DestroyedEpoch {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** A hash of the key, so that an import does not bring it back. */
  readonly check: string;
}

/** A time during which one key is used. */
export interface KeyEpoch {
  /** `e684`, or `e684.1` after one rotation or import. */
  readonly id: string;
  /** The number of the epoch and the index of the generation, which make the id. */
  readonly number: number;
  readonly generation: number;
  /** Milliseconds; null: the beginning of time. */
  readonly from: number | null;
  /** The end, exclusive; null: not known yet. */
  readonly to: number | null;
  /** Null: it was destroyed, or is so old that it was not kept. */
  readonly key: PseudonymKey | null;
}

export function ringOf(master: Uint8Array): KeyRing {
  return { generations: [{ from: 0, master, kept: [] }], destroyed: [] };
}

export function derivedKey(master: Uint8Array, number: number): Uint8Array {
  return createHmac('sha256', master).update(`epoch:${number}`).digest();
}

/** The number of the epoch at a time. */
export function epochNumber(time: number, rotation: number | null): number {
  return rotation === null ? 0 : Math.floor(time / rotation);
}

/** An epoch of a generation; `undefined` if the generation does not last into it. */
export function epochOf(
  { generations }: KeyRing,
  rotation: number | null,
  generation: number,
  number: number,
): KeyEpoch | undefined {
  const keys = generations[generation];
  if (keys === undefined) return undefined;
  const next = generations[generation + 1]?.from ?? Number.POSITIVE_INFINITY;
  const start = Math.max(rotation === null ? 0 : number * rotation, keys.from);
  const end = Math.min(rotation === null ? Number.POSITIVE_INFINITY : (number + 1) * rotation, next);
  if (start >= end) return undefined;
  const id = generation === 0 ? `e${number}` : `e${number}.${generation}`;
  const bytes = keyBytes(keys, rotation, number);
  return {
    id,
    number,
    generation,
    from: rotation === null && generation === 0 ? null : start,
    to: Number.isFinite(end) ? end : null,
    key: bytes && { bytes, id },
  };
}

export function keyBytes({ master, kept }: Generation, rotation: number | null, number: number): Uint8Array | null {
  const list = kept.find((keys) => keys.rotation === rotation && number < keys.until);
  if (list) return list.keys.get(number) ?? null;
  return master && derivedKey(master, number);
}

/** The epochs between two times, the newest first, and no more than `MAX_EPOCHS`. */
export function* epochsBetween(
  ring: KeyRing,
  rotation: number | null,
  { from, to }: { readonly from: number; readonly to: number },
): Generator<KeyEpoch, void> {
  let count = 0;
  for (let index = ring.generations.length - 1; index >= 0; index--) {
    const begin = Math.max(from, ring.generations[index]!.from);
    const end = Math.min(to, (ring.generations[index + 1]?.from ?? Number.POSITIVE_INFINITY) - 1);
    if (begin > end) continue;
    const first = epochNumber(begin, rotation);
    for (let number = epochNumber(end, rotation); number >= first; number--) {
      const epoch = epochOf(ring, rotation, index, number);
      if (epoch === undefined) continue;
      yield epoch;
      if (++count === MAX_EPOCHS) return;
    }
  }
}

/** The epoch at a time; if the clock was set back before the last rotation, the one that began with it. */
export function currentEpoch(ring: KeyRing, rotation: number | null, now: number): KeyEpoch {
  const last = ring.generations.length - 1;
  const number = epochNumber(Math.max(now, ring.generations[last]!.from), rotation);
  return epochOf(ring, rotation, last, number)!;
}

/** The two numbers in the id of a key; `undefined` for another text. */
export function parseEpochId(id: string): { readonly number: number; readonly generation: number } | undefined {
  const [, number, generation = '0'] = /^e(\d{1,15})(?:\.([1-9]\d{0,5}))?$/.exec(id) ?? [];
  return number === undefined ? undefined : { number: Number(number), generation: Number(generation) };
}
