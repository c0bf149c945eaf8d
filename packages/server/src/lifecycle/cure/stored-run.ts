import type { Catalog } from '../../catalog/catalog.ts';
import type { SessionRow } from '../../catalog/sessions.ts';
import { GatewayError } from '../../errors/gateway-error.ts';
import type { StoredCure, StoredOutcome } from './stored-cure.ts';

const ROWS_PER_PAGE = 500;
/** The name of the lease, so that gateways with one catalog do not rewrite the same dump at once. */
const LEASE = 'reanonymize';
/** Milliseconds. Longer than one dump takes. */
const LEASE_MS = 600_000;
const RENEW_MS = 60_000;

export interface StoredRunOptions {
  readonly catalog: Pick<Catalog, 'sessions' | 'leases'>;
  /** The name of this gateway, so that a run after a kill need not wait for its own lease to end. */
  readonly host: string;
  /** ISO 8601; only sessions that started at or after this time. */
  readonly since?: string | undefined;
  /** Ends the run after the current dump. */
  readonly signal: AbortSignal;
}

/**
 * Cures the stored sessions, the newest first.
 *
 * @throws GatewayError DATA_DIRECTORY_IN_USE while another gateway does it, or of the storage or the catalog
 */
export async function* cureStored(
  cure: StoredCure,
  { catalog, host, since, signal }: StoredRunOptions,
): AsyncGenerator<{ readonly row: SessionRow; readonly outcome: StoredOutcome }, void> {
  const lease = { name: LEASE, holder: `${LEASE}:${host}` };
  let renewedAt = Number.NEGATIVE_INFINITY;
  const renew = async (): Promise<void> => {
    const now = Date.now();
    if (now - renewedAt < RENEW_MS) return;
    const times = { now: new Date(now).toISOString(), until: new Date(now + LEASE_MS).toISOString() };
    if (!(await catalog.leases.take({ ...lease, ...times }))) {
      const todo = 'Wait until it has finished. If it was killed, wait for ten minutes.';
      throw new GatewayError('DATA_DIRECTORY_IN_USE', 'Another gateway anonymizes the dumps of this catalog', { todo });
    }
    renewedAt = now;
  };
  await renew();
  try {
    let cursor: string | null = null;
    do {
      const query = { state: 'stored', limit: ROWS_PER_PAGE, ...(since !== undefined && { from: since }) } as const;
      const page = await catalog.sessions.list({ ...query, ...(cursor !== null && { cursor }) });
      for (const { id } of page.sessions) {
        if (signal.aborted) return;
        await renew();
        // Read again, because the page may be old, and a row of the list has more than the row of the table.
        const row = await catalog.sessions.get(id);
        if (row?.state === 'stored') yield { row, outcome: await cure.cure(row) };
      }
      cursor = page.nextCursor;
    } while (cursor !== null);
    if (!signal.aborted) await cure.finish();
  } finally {
    await catalog.leases.release(lease);
  }
}
