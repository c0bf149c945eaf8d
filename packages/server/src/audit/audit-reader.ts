import type { Audit, AuditQuery } from '../catalog/audit.ts';
import { type ReadableEntry, readBody } from './entry-body.ts';

/** Reads the log with the keys that are left. */
export class AuditReader {
  readonly #audit: Pick<Audit, 'list' | 'head'>;

  constructor(audit: Pick<Audit, 'list' | 'head'>) {
    this.#audit = audit;
  }

  /** Entries, newest first. */
  async list(query: AuditQuery): Promise<readonly ReadableEntry[]> {
    const rows = await this.#audit.list(query);
    return rows.map((row) => {
      try {
        return readBody(row.body, row.keys);
      } catch {
        // Somebody has changed it. Verifying the log names it.
        const { position, time, action } = row;
        const nothing = { target: null, persons: [], details: null, forgotten: 0 };
        return { position, time, action, actor: 'unreadable', outcome: 'failed', ...nothing };
      }
    });
  }

  /** Name and size of the log. */
  async head(): Promise<{ readonly origin: string; readonly size: number }> {
    const { origin, size } = await this.#audit.head();
    return { origin, size };
  }
}
