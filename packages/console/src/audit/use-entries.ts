import type { AuditEntryBody } from '@rtcstats-server/api';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../api/client.ts';
import { readAuditQuery } from './query.ts';

const PAGE = 100;

interface Listed {
  readonly search: string;
  readonly entries: readonly AuditEntryBody[];
  /** Undefined until the first page is there; null after the last one. */
  readonly nextCursor: string | null | undefined;
  /** Number of entries in the log. */
  readonly size: number;
}

/** The entries that match the filters of the page, page by page. */
export function useEntries(search: string) {
  const empty: Listed = { search, entries: [], nextCursor: undefined, size: 0 };
  const [listed, setListed] = useState(empty);
  const [error, setError] = useState<Error>();
  const [loading, setLoading] = useState(true);
  const latest = useRef(listed);
  latest.current = listed;
  /** The answer to an earlier request must not replace that of a later one. */
  const requests = useRef(0);

  const ask = useCallback(
    async (cursor?: string): Promise<void> => {
      const request = ++requests.current;
      setLoading(true);
      try {
        const query = readAuditQuery(search, Date.now());
        const page = await api.audit({ ...query, limit: PAGE, ...(cursor !== undefined && { cursor }) });
        if (request !== requests.current) return;
        const before = cursor === undefined ? [] : latest.current.entries;
        const { entries, nextCursor, size } = page;
        setListed({ search, entries: [...before, ...entries], nextCursor, size });
        setError(undefined);
      } catch (thrown) {
        if (request !== requests.current) return;
        setError(thrown as Error);
      }
      setLoading(false);
    },
    [search],
  );
  useEffect(() => {
    void ask();
  }, [ask]);
  return {
    ...(listed.search === search ? listed : empty),
    error,
    loading,
    reload: () => void ask(),
    more: () => void ask(latest.current.nextCursor ?? undefined),
  };
}
