import { type Stats, unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Locate, Location, LocationDetail } from '@rtcstats-server/privacy';
import type { Reader, Response } from 'maxmind';
import { GatewayError } from '../errors/gateway-error.ts';
import { loadOptional } from '../errors/optional-package.ts';
import { errorFields, type Log } from '../log/log.ts';
import { locationOfRecord } from './location-of-record.ts';
import { publicAddress } from './public-address.ts';

/** How often to check whether the file was replaced, in milliseconds. */
const WATCH_INTERVAL_MS = 5000;
const BUNDLED_PACKAGE = '@ip-location-db/geo-whois-asn-country-mmdb';
const BUNDLED = `${BUNDLED_PACKAGE}/geo-whois-asn-country.mmdb`;

/** The settings that define how precisely a client is located (`geolocation`). */
export interface GeolocationSettings {
  readonly detail: LocationDetail;
  /** Absolute path of an .mmdb file; default: the bundled country database. */
  readonly database?: string | undefined;
}

export interface GeolocationOptions {
  readonly watchInterval?: number;
}

/**
 * Locates public addresses with a database in memory (MaxMind DB), without network requests and without storing
 * addresses. A replaced file is loaded within seconds; if the new file cannot be used, the old one stays in use.
 */
export class Geolocation {
  readonly #path: string;
  readonly #detail: LocationDetail;
  readonly #log: Log;
  #reader: Reader<Response>;

  private constructor(path: string, detail: LocationDetail, reader: Reader<Response>, log: Log) {
    this.#path = path;
    this.#detail = detail;
    this.#reader = reader;
    this.#log = log;
  }

  /**
   * Resolves to `undefined` when `geolocation.detail` is `off`; then nothing is loaded.
   *
   * @throws GatewayError GEODATABASE_UNUSABLE, PACKAGE_MISSING
   */
  static async open(
    { detail, database }: GeolocationSettings,
    log: Log,
    options: GeolocationOptions = {},
  ): Promise<Geolocation | undefined> {
    if (detail === 'off') return undefined;
    const setting = `geolocation.detail: ${detail}`;
    const packages = ['maxmind', ...(database === undefined ? [BUNDLED_PACKAGE] : [])];
    const path = await loadOptional(setting, packages, async () => {
      await import('maxmind');
      return database ?? createRequire(import.meta.url).resolve(BUNDLED);
    });
    let reader: Reader<Response>;
    try {
      reader = await readDatabase(path);
    } catch (cause) {
      throw new GatewayError('GEODATABASE_UNUSABLE', `${path} cannot be used as a geolocation database`, { cause });
    }
    const geolocation = new Geolocation(path, detail, reader, log);
    const { watchInterval = WATCH_INTERVAL_MS } = options;
    // Polls the status, because events are lost on network file systems and when a directory is remounted.
    watchFile(path, { interval: watchInterval, persistent: false }, geolocation.#changed);
    return geolocation;
  }

  readonly locate: Locate = (text: string): Location | undefined => {
    const address = publicAddress(text);
    if (address === undefined) return undefined;
    try {
      return locationOfRecord(this.#reader.get(address), this.#detail);
    } catch {
      // Damage of the file may only show at this address.
      return undefined;
    }
  };

  close(): void {
    unwatchFile(this.#path, this.#changed);
  }

  readonly #changed = (now: Stats): void => {
    // Missing, most likely between two steps of a replacement.
    if (now.mtimeMs === 0) return;
    void this.#reload();
  };

  async #reload(): Promise<void> {
    try {
      this.#reader = await readDatabase(this.#path);
      this.#log.info('the geolocation database was replaced');
    } catch (error) {
      this.#log.warn(errorFields(error), 'the new geolocation database cannot be used; the old one stays in force');
    }
  }
}

async function readDatabase(path: string): Promise<Reader<Response>> {
  // Loaded here, so that a gateway without geolocation never loads it.
  const [{ Reader }, bytes] = await Promise.all([import('maxmind'), readFile(path)]);
  const reader = new Reader<Response>(bytes);
  // A truncated file fails here instead of at the first client.
  reader.get('192.0.2.1');
  return reader;
}
