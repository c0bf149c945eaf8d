import type { Audit, AuditQuery, AuditRowWithKeys } from '../catalog/audit.ts';
import { type ReadableEntry, readBody } from './entry-body.ts';

/** Rows per query of a search by actor or outcome, and entries that it reads for one page at most. */
const SCAN = { batch: 500, max: 5000 };

export interface EntryQuery extends AuditQuery {
  /** Not columns of the catalog, because they are part of the text that is hashed. */
  readonly actor?: string;
  readonly outcome?: string;
}

export interface EntryPage {
  /** Newest first. */
  readonly entries: readonly ReadableEntry[];
  /** The position before which to go on; null if there are no further entries. */
  readonly next: number | null;
}

/** Reads the log with the keys that are left. */
export class AuditReader {
  readonly #audit: Pick<Audit, 'list' | 'head'>;
  readonly #scan: { readonly batch: number; readonly max: number };

  constructor(audit: Pick<Audit, 'list' | 'head'>, scan = SCAN) {
    this.#audit = audit;
    this.#scan = scan;
  }

  /** Entries, newest first. */
  async list(query: AuditQuery): Promise<readonly ReadableEntry[]> {
    return (await this.#audit.list(query)).map(readEntry);
  }

  /**
   * A page, also by actor and outcome. Reads at most `SCAN.max` entries to find those, so the page may have fewer than
   * `limit` entries although there are further ones.
   */
  async page({ actor, outcome, limit, ...query }: EntryQuery): Promise<EntryPage> {
    const isFiltered = actor !== undefined || outcome !== undefined;
    const size = isFiltered ? this.#scan.batch : limit;
    const entries: ReadableEntry[] = [];
    let before = query.before;
    for (let scanned = 0; scanned < (isFiltered ? this.#scan.max : 1); scanned += size) {
      const rows = await this.#audit.list({ ...query, limit: size, ...(before !== undefined && { before }) });
      for (const row of rows) {
        before = row.position;
        if (isFiltered && !matches(row, actor, outcome)) continue;
        entries.push(readEntry(row));
        if (entries.length === limit) return { entries, next: row.position || null };
      }
      if (rows.length < size) return { entries, next: null };
    }
    // There is nothing before position 0.
    return { entries, next: before || null };
  }

  /** Name and size of the log. */
  async head(): Promise<{ readonly origin: string; readonly size: number }> {
    const { origin, size } = await this.#audit.head();
    return { origin, size };
  }
}

/** Looks at the parts that are not encrypted. */
function matches(row: AuditRowWithKeys, actor: string | undefined, outcome: string | undefined): boolean {
  const entry = readEntry({ ...row, keys: [] });
  return (actor === undefined || entry.actor === actor) && (outcome === undefined || entry.outcome === outcome);
}

function readEntry({ position, time, action, body, keys }: AuditRowWithKeys): ReadableEntry {
  try {
    return readBody(body, keys);
  } catch {
    // Somebody has changed it. Verifying the log names it.
    const nothing = { target: null, persons: [], details: null, forgotten: 0 };
    return { position, time, action, actor: 'unreadable', outcome: 'failed', ...nothing };
  }
}
