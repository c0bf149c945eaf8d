import type { Readable } from 'node:stream';
import { IDENTITY_FIELDS, type IdentityField } from '@rtcstats-server/dump';
import type { AnalysisDocument } from '@rtcstats-server/insights';
import { ANALYSIS_VERSION } from '@rtcstats-server/insights/verdict';
import type { Finding, Verdict } from '@rtcstats-server/privacy';
import type { AnalysisRow } from '../catalog/analyses.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { SessionPage, SessionQuery, SessionRow } from '../catalog/sessions.ts';
import { gzipOf, textOf } from '../dump-content/forms.ts';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';
import type { DumpVerifier } from '../finish/pack.ts';
import type { PseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { subjectNames } from '../pseudonyms/subject-names.ts';
import { quarantineKey } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import { Analyses } from './analyses.ts';
import type { RemovalReport, SessionRemoval } from './removal.ts';

export interface SessionStores {
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly quarantine: Storage;
  /** `server.hostIdentifier` of the gateway whose quarantine this is. */
  readonly host: string;
  /** @param policy the name of the policy that the dump was recorded under */
  createVerifier(policy: string): DumpVerifier;
  readonly removal: SessionRemoval;
  /** Keys to compute the pseudonyms of a name with; null: sessions are found only by the names in the catalog. */
  readonly keys: PseudonymKeys | null;
}

/** Sessions per query for those to be analyzed again. */
const REANALYSIS_PAGE = 500;

/**
 * The outcome for a session that was to be analyzed again. `noDump`: its dump is not in the storage; `deleted`: it was
 * deleted meanwhile.
 */
export type Reanalysis =
  | { readonly id: string; readonly outcome: 'analyzed'; readonly analysis: AnalysisRow }
  | { readonly id: string; readonly outcome: 'noDump' | 'deleted' };

/** Conditions of a search, all of which must hold. Names may be those of the application or those in the catalog. */
export interface SessionSearch extends Omit<SessionQuery, IdentityField | 'anyName' | 'origin'> {
  /** Matches the user, the conference, the session or the id. */
  readonly search?: string;
  readonly user?: string;
  readonly conference?: string;
  readonly session?: string;
  /** With or without its scheme. */
  readonly origin?: string;
}

/**
 * The error for a dump in the quarantine of another gateway: gateways that share a catalog have separate quarantines.
 */
export function quarantinedElsewhere({ host }: SessionRow): GatewayError {
  return new GatewayError(
    'DUMP_NOT_FOUND',
    `The dump is in the quarantine of the gateway ${JSON.stringify(host)}, not here`,
    {
      todo: 'Ask that gateway, or run the command where its data directory is.',
    },
  );
}

/**
 * The operations on sessions, for the admin API and the commands. They reject with SESSION_NOT_FOUND for an unknown id.
 */
export class Sessions {
  readonly #stores: SessionStores;
  readonly #analyses = new Analyses();

  constructor(stores: SessionStores) {
    this.#stores = stores;
  }

  /** Lists sessions, in the order of `SessionQuery.sort`. */
  async list({ search, origin, ...query }: SessionSearch): Promise<SessionPage> {
    return await this.#stores.catalog.sessions.list({
      ...query,
      ...(await this.#namesFor(query, search)),
      ...(origin === undefined ? {} : { origin: originsOf(origin) }),
    });
  }

  /** Replaces each name by the list of the name and its pseudonyms, in every key epoch that sessions can be from. */
  async #namesFor(query: SessionSearch, search?: string): Promise<Pick<SessionQuery, IdentityField | 'anyName'>> {
    const { catalog, keys } = this.#stores;
    const asked = IDENTITY_FIELDS.filter((field) => query[field] !== undefined);
    if (search === undefined && asked.length === 0) return {};
    if (keys === null) return search === undefined ? {} : { anyName: [search] };
    const oldest = await catalog.sessions.oldestStart();
    const from = Math.max(timeOf(oldest), timeOf(query.from));
    // Not up to `query.to`: the pseudonyms of an uploaded dump are from its upload, which may be long after its start.
    const to = Date.now();
    const named = (field: IdentityField, text: string): string[] => subjectNames(field, text, keys, { from, to });
    const names = asked.map((field) => [field, named(field, query[field]!)]);
    const anyName = search === undefined ? [] : IDENTITY_FIELDS.flatMap((field) => named(field, search));
    return { ...Object.fromEntries(names), ...(search === undefined ? {} : { anyName: [...new Set(anyName)] }) };
  }

  async get(id: string): Promise<SessionRow> {
    const row = await this.#stores.catalog.sessions.get(id);
    if (!row) throw new GatewayError('SESSION_NOT_FOUND');
    return row;
  }

  async exists(id: string): Promise<boolean> {
    return (await this.#stores.catalog.sessions.get(id)) !== undefined;
  }

  /**
   * Opens the dump, compressed with gzip.
   *
   * @throws GatewayError DUMP_NOT_FOUND if it was erased, SESSION_ACTIVE if the session is not finished
   */
  async dump(id: string): Promise<Readable> {
    return gzipOf(await this.#packed(id));
  }

  /** Opens the dump as text. Rejects as `dump` does; the stream fails with a `DumpError` if the dump is damaged. */
  async text(id: string): Promise<Readable> {
    return textOf(await this.#packed(id));
  }

  async #packed(id: string): Promise<Readable> {
    const row = await this.get(id);
    const place = this.#placeOf(row);
    if (!place) throw new GatewayError('DUMP_NOT_FOUND');
    try {
      return await place.store.get(place.key);
    } catch (error) {
      throw isGatewayError(error, 'DUMP_NOT_FOUND') && this.#isElsewhere(row) ? quarantinedElsewhere(row) : error;
    }
  }

  /** Reads the dump again with the verifier. Changes nothing. */
  async verify(id: string): Promise<{ clean: boolean; findings: readonly Finding[]; total: number }> {
    const { receipt } = await this.get(id);
    const text = await this.text(id);
    const verifier = this.#stores.createVerifier(receipt.policy);
    try {
      for await (const chunk of text) await verifier.push(chunk as Uint8Array);
      const { clean, findings, total }: Verdict = await verifier.end();
      return { clean, findings, total };
    } finally {
      verifier.close?.();
    }
  }

  /**
   * The analysis of the dump: scores, observations and features of the call. The one in the catalog if it is up to
   * date; otherwise the dump is analyzed now, and the result is not stored.
   *
   * @throws GatewayError ANALYSIS_FAILED, and those of `dump`
   */
  async analysis(id: string): Promise<AnalysisDocument> {
    const { state } = await this.get(id);
    const stored = state === 'stored' ? await this.storedAnalysis(id) : undefined;
    return stored ?? (await this.#analyses.analyze(() => this.text(id)));
  }

  /** The analysis in the catalog; undefined if there is none that is up to date. */
  async storedAnalysis(id: string): Promise<AnalysisDocument | undefined> {
    const stored = await this.#stores.catalog.analyses.get(id);
    if (stored === undefined || stored.document === null || stored.analysisVersion < ANALYSIS_VERSION) return undefined;
    return JSON.parse(stored.document) as AnalysisDocument;
  }

  /**
   * Analyzes the stored dumps whose analysis is missing, failed or of an older version, one after the other, and stores
   * each result before the next dump. An interrupted run loses nothing, and the next one continues where it ended. A
   * result replaces the earlier one of its session; a failure does not replace a result of an older version.
   *
   * @param analyze rejects only if the dump cannot be fetched
   * @param since only sessions that started at or after this time, ISO 8601
   * @throws GatewayError if storage or catalog fail, of this and of all further dumps
   */
  async *reanalyze(
    analyze: (dump: Readable) => Promise<AnalysisRow>,
    since?: string,
  ): AsyncGenerator<Reanalysis, void> {
    const condition = { version: ANALYSIS_VERSION, limit: REANALYSIS_PAGE, ...(since !== undefined && { since }) };
    let ids: readonly string[] = [];
    do {
      const after = ids.at(-1);
      ids = await this.#stores.catalog.analyses.outdated({ ...condition, ...(after !== undefined && { after }) });
      for (const id of ids) yield await this.#reanalyze(id, analyze);
    } while (ids.length === REANALYSIS_PAGE);
  }

  async #reanalyze(id: string, analyze: (dump: Readable) => Promise<AnalysisRow>): Promise<Reanalysis> {
    let dump: Readable;
    try {
      dump = await this.text(id);
    } catch (error) {
      if (isGatewayError(error, 'DUMP_NOT_FOUND')) return { id, outcome: 'noDump' };
      // Deleted since the page of ids was read.
      if (isGatewayError(error, 'SESSION_NOT_FOUND')) return { id, outcome: 'deleted' };
      throw error;
    }
    const { analyses } = this.#stores.catalog;
    const analysis = await analyze(dump);
    const isKept = analysis.failure !== null && (await analyses.get(id))?.failure === null;
    if (!isKept && !(await analyses.put(id, analysis))) return { id, outcome: 'deleted' };
    return { id, outcome: 'analyzed', analysis };
  }

  /**
   * Removes the session from every place (`SessionRemoval`), and has the dump deleted where it was forwarded to.
   *
   * @throws GatewayError SESSION_ACTIVE if the session is not finished, DUMP_NOT_FOUND if another gateway has the dump,
   *   and that of a place that cannot be reached: the gateway tries again
   */
  async delete(id: string): Promise<RemovalReport> {
    const row = await this.get(id);
    // Rejects if the dump is not here, because somebody who deletes one session wants to see it gone.
    if (this.#isElsewhere(row)) await this.#expectDump(id);
    const report = await this.#stores.removal.remove(row, 'deleted');
    if (report.error !== undefined) throw report.error;
    return report;
  }

  /** @throws GatewayError DUMP_NOT_FOUND */
  async #expectDump(id: string): Promise<void> {
    try {
      (await this.#packed(id)).destroy();
    } catch (error) {
      // It is here, although this gateway cannot read it.
      if (!isGatewayError(error, 'DUMP_ENCRYPTED')) throw error;
    }
  }

  /** Whether the dump is in the quarantine of another gateway. */
  #isElsewhere({ state, host }: SessionRow): boolean {
    return state === 'quarantined' && host !== this.#stores.host;
  }

  /** The place of the dump; undefined if there is no dump. */
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

/** Milliseconds since the epoch; 0 for no time. */
function timeOf(iso: string | undefined): number {
  return iso === undefined ? 0 : Date.parse(iso);
}

/** An origin without a scheme matches both. */
function originsOf(text: string): string[] {
  return text.includes('://') ? [text] : [`https://${text}`, `http://${text}`];
}
