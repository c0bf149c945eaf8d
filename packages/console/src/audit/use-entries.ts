import type { AuditEntryBody, AuditPage } from '@rtcstats-server/api';
import { api } from '../api/client.ts';
import { type PageReader, usePages } from '../api/use-pages.ts';
import { readAuditQuery } from './query.ts';

const PAGE = 100;

interface Listed {
  readonly entries: readonly AuditEntryBody[];
  /** Undefined until the first page is there; null after the last one. */
  readonly nextCursor: string | null | undefined;
  /** Number of entries in the log. */
  readonly size: number;
}

const NOTHING: Listed = { entries: [], nextCursor: undefined, size: 0 };

const READER: PageReader<AuditPage, Listed> = {
  read: async (search, cursor) =>
    await api.audit({ ...readAuditQuery(search, Date.now()), limit: PAGE, ...(cursor !== null && { cursor }) }),
  add: (before, { entries, nextCursor, size }, cursor) => ({
    entries: cursor === null ? entries : [...(before?.entries ?? []), ...entries],
    nextCursor,
    size,
  }),
};

/** The entries that match the filters of the page, page by page. */
export function useEntries(search: string) {
  const { listed = NOTHING, error, loading, ask } = usePages(search, READER);
  return { ...listed, error, loading, reload: () => ask(null), more: () => ask(listed.nextCursor ?? null) };
}
