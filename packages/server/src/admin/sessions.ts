import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Finding, Verdict } from '@rtcstats-server/privacy';
import type { Catalog, SessionPage, SessionQuery, SessionRow } from '../catalog/catalog.ts';
import { GatewayError } from '../errors.ts';
import type { DumpVerifier } from '../finish/pack.ts';
import { quarantineKey } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';

export interface SessionStores {
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly quarantine: Storage;
  /** `policy`: the name of the one that the dump was recorded under. */
  createVerifier(policy: string): DumpVerifier;
}

/** What operators and their commands do with sessions that are over. Rejects with SESSION_NOT_FOUND for an unknown id. */
export class Sessions {
  readonly #stores: SessionStores;

  constructor(stores: SessionStores) {
    this.#stores = stores;
  }

  list(query: SessionQuery): Promise<SessionPage> {
    return this.#stores.catalog.list(query);
  }

  async get(id: string): Promise<SessionRow> {
    const row = await this.#stores.catalog.get(id);
    if (!row) throw new GatewayError('SESSION_NOT_FOUND');
    return row;
  }

  /** The dump as gzip. Rejects with DUMP_NOT_FOUND when it was erased, SESSION_ACTIVE when it is not finished. */
  async dump(id: string): Promise<Readable> {
    const place = this.#placeOf(await this.get(id));
    if (!place) throw new GatewayError('DUMP_NOT_FOUND');
    return await place.store.get(place.key);
  }

  /** Reads the dump once more with the verifier. Changes nothing. */
  async verify(id: string): Promise<{ clean: boolean; findings: readonly Finding[]; total: number }> {
    const { receipt } = await this.get(id);
    const packed = await this.dump(id);
    const verifier = this.#stores.createVerifier(receipt.policy);
    // The consumer sees an error of either stream when the pipe is cut.
    for await (const chunk of pipeline(packed, createGunzip(), () => {})) verifier.push(chunk as Uint8Array);
    const { clean, findings, total }: Verdict = verifier.end();
    return { clean, findings, total };
  }

  /** Removes dump and row. Rejects with SESSION_ACTIVE while the session is not finished. */
  async delete(id: string): Promise<void> {
    const place = this.#placeOf(await this.get(id));
    // The row last: as long as there is a dump, somebody can find it and delete it.
    if (place) await place.store.delete(place.key);
    await this.#stores.catalog.delete(id);
  }

  #placeOf(row: SessionRow): { store: Storage; key: string } | undefined {
    switch (row.state) {
      case 'recording':
      case 'closed':
        throw new GatewayError('SESSION_ACTIVE');
      case 'quarantined':
        return { store: this.#stores.quarantine, key: quarantineKey(row.id) };
      case 'stored':
        return row.storageKey === null ? undefined : { store: this.#stores.storage, key: row.storageKey };
      case 'erased':
        return undefined;
    }
  }
}
