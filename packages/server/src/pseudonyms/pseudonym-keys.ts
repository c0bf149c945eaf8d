import { createHmac } from 'node:crypto';
import type { PseudonymKey } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors/gateway-error.ts';
import { keyFile, makeKeyFile, readKeyFile } from '../keys/key-file.ts';
import { parseKey } from '../keys/key-text.ts';

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
 * The keys of pseudonyms. Time is cut into epochs of `privacy.keyRotation`, counted from 1970-01-01 UTC; each has its
 * own key, HMAC-SHA-256 of the master key and `epoch:<number>`, so pseudonyms of different epochs cannot be linked
 * without the master key. All gateways with the same master key and rotation produce the same pseudonyms.
 */
export class PseudonymKeys {
  readonly #master: Uint8Array;
  readonly #rotation: number | null;

  /** @param rotation milliseconds, null for one epoch that never ends */
  constructor(master: Uint8Array, rotation: number | null) {
    this.#master = master;
    this.#rotation = rotation;
  }

  /** The number of the epoch at a time. */
  epochAt(time: number): number {
    return this.#rotation === null ? 0 : Math.floor(time / this.#rotation);
  }

  /** When an epoch begins, in milliseconds; null when there is only one. */
  startOf(epoch: number): number | null {
    return this.#rotation === null ? null : epoch * this.#rotation;
  }

  /**
   * When the epoch of the key with this id begins, in milliseconds; null for another id, or when there is only one
   * epoch.
   */
  startOfKey(id: string | null): number | null {
    const epoch = /^e(\d{1,15})$/.exec(id ?? '')?.[1];
    return epoch === undefined ? null : this.startOf(Number(epoch));
  }

  /** A key for another purpose, the same on all gateways that have the same master key. */
  derive(purpose: string): Uint8Array {
    return createHmac('sha256', this.#master).update(`purpose:${purpose}`).digest();
  }

  current(now: number = Date.now()): PseudonymKey {
    return this.at(this.epochAt(now));
  }

  at(epoch: number): PseudonymKey {
    return { bytes: createHmac('sha256', this.#master).update(`epoch:${epoch}`).digest(), id: `e${epoch}` };
  }
}

/**
 * The keys of a configuration: from `privacy.key`, otherwise from the data directory.
 *
 * @param options.create creates a missing key, which only a gateway that has locked the data directory may do
 * @throws GatewayError KEY_UNUSABLE
 */
export function openPseudonymKeys(
  { dataDirectory, pseudonyms }: PseudonymConfig,
  options: { readonly create: boolean },
): PseudonymKeys {
  const path = keyFile(dataDirectory);
  const configured = pseudonyms.key === undefined ? undefined : parseKey(pseudonyms.key);
  const master = configured ?? readKeyFile(path) ?? (options.create ? makeKeyFile(path) : undefined);
  if (master !== undefined) return new PseudonymKeys(master, pseudonyms.rotation);
  throw new GatewayError('KEY_UNUSABLE', `There is no pseudonym key yet in ${path}`, {
    todo: 'Check dataDirectory; the key is created at the first start of the gateway.',
  });
}
