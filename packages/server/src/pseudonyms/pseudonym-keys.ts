import { createHmac } from 'node:crypto';
import type { PseudonymKey } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors/gateway-error.ts';
import { keyFile, makeKeyFile } from '../keys/key-file.ts';
import { parseKey } from '../keys/key-text.ts';
import { currentEpoch, epochOf, epochsBetween, type KeyEpoch, type KeyRing, parseEpochId, ringOf } from './key-ring.ts';
import { finishChange, readRing, ringVersion } from './key-ring-file.ts';

/** The settings of the keys for pseudonyms. */
export interface PseudonymConfig {
  /** Absolute; `keys/pseudonyms.key` in it holds the key when none is configured. */
  readonly dataDirectory: string;
  readonly pseudonyms: {
    /** 32 bytes in hexadecimal digits or Base64. A secret. */
    readonly key?: string | undefined;
    /** Length of an epoch in milliseconds; `null`: one epoch that never ends. */
    readonly rotation: number | null;
  };
}

/**
 * The keys of pseudonyms. Time is cut into epochs of `privacy.keyRotation`, counted from 1970-01-01 UTC, and where
 * `keys rotate` began a new one. Each has its own key, HMAC-SHA-256 of the master key and `epoch:<number>`, so
 * pseudonyms of different epochs cannot be linked without the master key. All gateways with the same master key and
 * rotation produce the same pseudonyms. The keys of some epochs may be destroyed (key-ring.ts).
 *
 * A change of the key file is noticed by the next call.
 */
export class PseudonymKeys {
  readonly rotation: number | null;
  readonly #path: string | undefined;
  #version: string | undefined;
  #ring: KeyRing;

  /**
   * @param keys the master key, or the path of the key file and what was read from it
   * @param rotation milliseconds, null for one epoch that never ends
   */
  constructor(keys: Uint8Array | { readonly path: string; readonly ring: KeyRing }, rotation: number | null) {
    this.rotation = rotation;
    this.#ring = 'path' in keys ? keys.ring : ringOf(keys);
    this.#path = 'path' in keys ? keys.path : undefined;
  }

  /** What the keys are made from now. */
  get ring(): KeyRing {
    if (this.#path === undefined) return this.#ring;
    try {
      // Read before the file: if it changes in between, the next call reads it again.
      const version = ringVersion(this.#path);
      if (version !== undefined && version !== this.#version) {
        this.#ring = readRing(this.#path) ?? this.#ring;
        this.#version = version;
      }
    } catch {
      // Recording goes on with the keys that are known. The next start reports the damage.
    }
    return this.#ring;
  }

  /** The number of epochs whose keys were destroyed. */
  get destroyed(): number {
    return this.ring.destroyed.length;
  }

  /** The epoch of a key; `undefined` for another id. */
  epochOf(id: string | null): KeyEpoch | undefined {
    const parsed = parseEpochId(id ?? '');
    return parsed && epochOf(this.ring, this.rotation, parsed.generation, parsed.number);
  }

  /**
   * When the epoch of the key with this id begins, in milliseconds; null for another id, or when there is only one
   * epoch.
   */
  startOfKey(id: string | null): number | null {
    return this.epochOf(id)?.from ?? null;
  }

  /** A key for another purpose, the same on all gateways that have the same master key. */
  derive(purpose: string): Uint8Array {
    const { generations } = this.ring;
    const master = generations[0]!.master ?? generations.at(-1)!.master!;
    return createHmac('sha256', master).update(`purpose:${purpose}`).digest();
  }

  /** The key of the current epoch, which always has one. */
  current(now: number = Date.now()): PseudonymKey {
    const epoch = this.currentEpoch(now);
    // The clock was set back into a destroyed epoch: no pseudonym of it comes back.
    return epoch.key ?? { id: epoch.id, bytes: this.derive(epoch.id) };
  }

  currentEpoch(now: number = Date.now()): KeyEpoch {
    return currentEpoch(this.ring, this.rotation, now);
  }

  /** The epochs between two times, the newest first, and no more than `MAX_EPOCHS`. */
  between(times: { readonly from: number; readonly to: number }): KeyEpoch[] {
    return [...epochsBetween(this.ring, this.rotation, times)];
  }
}

/**
 * The keys of a configuration: from `privacy.key`, otherwise from the data directory.
 *
 * @param options.create creates a missing key, and ends an interrupted change of it, which only a gateway that has
 * locked the data directory may do
 * @throws GatewayError KEY_UNUSABLE
 */
export function openPseudonymKeys(
  { dataDirectory, pseudonyms: { key, rotation } }: PseudonymConfig,
  options: { readonly create: boolean },
): PseudonymKeys {
  const path = keyFile(dataDirectory);
  const configured = key === undefined ? undefined : parseKey(key);
  if (configured !== undefined) return new PseudonymKeys(configured, rotation);
  if (options.create) finishChange(path);
  const ring = readRing(path) ?? (options.create ? ringOf(makeKeyFile(path)) : undefined);
  if (ring !== undefined) return new PseudonymKeys({ path, ring }, rotation);
  throw new GatewayError('KEY_UNUSABLE', `There is no pseudonym key yet in ${path}`, {
    todo: 'Check dataDirectory; the key is created at the first start of the gateway.',
  });
}
