import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { IDENTITY_FIELDS, type IdentityField } from '@rtcstats-server/dump';
import type { Finding, Verdict } from '@rtcstats-server/privacy';
import type { Catalog, SessionPage, SessionQuery, SessionRow } from '../catalog/catalog.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import type { DumpVerifier } from '../finish/pack.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { subjectNames } from '../pseudonyms/subject-names.ts';
import { quarantineKey } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';

export interface SessionStores {
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly quarantine: Storage;
  /** `server.hostIdentifier` of the gateway whose quarantine this is. */
  readonly host: string;
  /** `policy`: the name of the one that the dump was recorded under. */
  createVerifier(policy: string): DumpVerifier;
  /** With them a person is found by the name that the application has for them; null: only as they stand in the catalog. */
  readonly keys: PseudonymKeys | null;
}

/** What sessions are looked for by: as the application names them, or as they stand in the catalog. */
export interface SessionSearch extends Pick<SessionQuery, 'state' | 'browser' | 'from' | 'to' | 'limit' | 'cursor'> {
  /** User, conference, session or id. */
  readonly search?: string;
  readonly user?: string;
  readonly conference?: string;
  readonly session?: string;
  /** With or without its scheme. */
  readonly origin?: string;
}

/** Gateways that share a catalog have a quarantine each; only its own can do this. */
export function quarantinedElsewhere({ host }: SessionRow): GatewayError {
  return new GatewayError(
    'DUMP_NOT_FOUND',
    `The dump is in the quarantine of the gateway ${JSON.stringify(host)}, not here`,
    {
      todo: 'Ask that gateway, or run the command where its data directory is.',
    },
  );
}

/** What operators and their commands do with sessions that are over. Rejects with SESSION_NOT_FOUND for an unknown id. */
export class Sessions {
  readonly #stores: SessionStores;

  constructor(stores: SessionStores) {
    this.#stores = stores;
  }

  /** Names may be as the application has them or as they stand in the catalog. */
  async list({ search, origin, ...query }: SessionSearch): Promise<SessionPage> {
    return await this.#stores.catalog.list({
      ...query,
      ...(await this.#namesFor(query, search)),
      ...(origin === undefined ? {} : { origin: originsOf(origin) }),
    });
  }

  /** What to look for instead of a name: also its pseudonyms, of all epochs from which there can be sessions. */
  async #namesFor(query: SessionSearch, search?: string): Promise<Pick<SessionQuery, IdentityField | 'anyName'>> {
    const { catalog, keys } = this.#stores;
    const asked = IDENTITY_FIELDS.filter((field) => query[field] !== undefined);
    if (search === undefined && asked.length === 0) return {};
    if (keys === null) return search === undefined ? {} : { anyName: [search] };
    const oldest = await catalog.oldestStart();
    const from = Math.max(timeOf(oldest), timeOf(query.from));
    const to = Math.min(Date.now(), timeOf(query.to ?? new Date().toISOString()));
    const named = (field: IdentityField, text: string): string[] => subjectNames(field, text, keys, { from, to });
    const names = asked.map((field) => [field, named(field, query[field]!)]);
    const any = search === undefined ? [] : IDENTITY_FIELDS.flatMap((field) => named(field, search));
    return { ...Object.fromEntries(names), ...(search === undefined ? {} : { anyName: [...new Set(any)] }) };
  }

  async get(id: string): Promise<SessionRow> {
    const row = await this.#stores.catalog.get(id);
    if (!row) throw new GatewayError('SESSION_NOT_FOUND');
    return row;
  }

  /** The dump as gzip. Rejects with DUMP_NOT_FOUND when it was erased, SESSION_ACTIVE when it is not finished. */
  async dump(id: string): Promise<Readable> {
    const row = await this.get(id);
    const place = this.#placeOf(row);
    if (!place) throw new GatewayError('DUMP_NOT_FOUND');
    try {
      return await place.store.get(place.key);
    } catch (error) {
      throw isGatewayError(error, 'DUMP_NOT_FOUND') && this.#isElsewhere(row) ? quarantinedElsewhere(row) : error;
    }
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

  /** Removes dump and row, and has the dump taken back where it was forwarded to. Rejects with SESSION_ACTIVE while the session is not finished. */
  async delete(id: string): Promise<void> {
    const row = await this.get(id);
    const place = this.#placeOf(row);
    // Rejects when it is not here: without its row, nobody would find it there any more.
    if (this.#isElsewhere(row)) (await this.dump(id)).destroy();
    await this.#stores.catalog.deliveries.withdraw(id, new Date().toISOString());
    // The row last: as long as there is a dump, somebody can find it and delete it.
    if (place) await place.store.delete(place.key);
    await this.#stores.catalog.delete(id);
  }

  /** Gateways that share a catalog have a quarantine each. */
  #isElsewhere({ state, host }: SessionRow): boolean {
    return state === 'quarantined' && host !== this.#stores.host;
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

function timeOf(iso: string | undefined): number {
  return iso === undefined ? 0 : Date.parse(iso);
}

function originsOf(text: string): string[] {
  return text.includes('://') ? [text] : [`https://${text}`, `http://${text}`];
}
