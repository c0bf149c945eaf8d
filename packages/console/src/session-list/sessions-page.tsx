import type { Session } from '@rtcstats-server/api';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../api/client.ts';
import { useLocation } from '../routing/router.tsx';
import { formatPlural } from '../ui/format.ts';
import { Badge, Button, Card, Empty, Loading, Problem } from '../ui/parts.tsx';
import { Filters } from './filters.tsx';
import { readQuery } from './query.ts';
import { SessionsTable } from './sessions-table.tsx';

const POLL_MS = 3000;
const PAGE = 100;

/** All sessions, newest first. New and changed ones appear by themselves as long as somebody looks at the first page. */
export function SessionsPage(): ReactNode {
  const search = useLocation().search;
  const { pages, nextCursor, error, loading, more, reload } = useSessions(search);
  const live = pages.filter(({ state }) => state === 'recording').length;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Sessions</h1>
          <p>Every connection of a client is one session, and one dump.</p>
        </div>
        {live > 0 && (
          <Badge tone="live">
            <span className="dot" />
            {live} live
          </Badge>
        )}
      </header>
      <Filters search={search} />
      {error && <Problem error={error} retry={reload} />}
      <Card flush>
        {pages.length > 0 && <SessionsTable sessions={pages} />}
        {loading && pages.length === 0 && <Loading />}
        {!loading && pages.length === 0 && error === undefined && <NoSessions filtered={search !== ''} />}
        {pages.length > 0 && (
          <div className="more">
            <span className="faint">
              {formatPlural(pages.length, 'session')}
              {nextCursor === null ? '' : ' so far'}
            </span>
            {nextCursor !== null && (
              <Button onClick={more} disabled={loading}>
                Show more
              </Button>
            )}
          </div>
        )}
      </Card>
    </div>
  );
}

function NoSessions({ filtered }: { readonly filtered: boolean }): ReactNode {
  if (filtered) return <Empty title="Nothing matches">Take a filter away, or a longer time.</Empty>;
  return (
    <Empty title="No sessions yet">
      Point rtcstats-js at the public listener. The first session appears here by itself.
    </Empty>
  );
}

interface Listed {
  readonly search: string;
  readonly pages: readonly Session[];
  readonly nextCursor: string | null;
}

function useSessions(search: string) {
  const [listed, setListed] = useState<Listed>({ search, pages: [], nextCursor: null });
  const [error, setError] = useState<Error>();
  const [loading, setLoading] = useState(true);
  const latest = useRef(listed);
  latest.current = listed;

  const ask = useCallback(
    async (cursor: string | null): Promise<void> => {
      setLoading(true);
      try {
        const query = readQuery(search, Date.now());
        const page = await api.sessions({ ...query, limit: PAGE, ...(cursor === null ? {} : { cursor }) });
        const before = latest.current.search === search ? latest.current : { pages: [], nextCursor: null };
        setListed(
          cursor === null
            ? { search, ...renewed(before, page.sessions, page.nextCursor) }
            : { search, pages: [...before.pages, ...page.sessions], nextCursor: page.nextCursor },
        );
        setError(undefined);
      } catch (thrown) {
        setError(thrown as Error);
      }
      setLoading(false);
    },
    [search],
  );
  useEffect(() => {
    void ask(null);
    const timer = setInterval(() => document.visibilityState === 'visible' && void ask(null), POLL_MS);
    return () => clearInterval(timer);
  }, [ask]);

  const current = listed.search === search ? listed : { pages: [], nextCursor: null };
  return {
    ...current,
    error,
    loading,
    reload: () => void ask(null),
    more: () => void ask(latest.current.nextCursor),
  };
}

/** The first page as it is now, before those that were loaded after it. */
function renewed(
  before: Omit<Listed, 'search'>,
  first: readonly Session[],
  nextCursor: string | null,
): Omit<Listed, 'search'> {
  if (before.pages.length <= PAGE) return { pages: first, nextCursor };
  const last = first.at(-1);
  const at = before.pages.findIndex(({ id }) => id === last?.id);
  // So much is new that the pages do not touch any more: begin again.
  if (at < 0) return { pages: first, nextCursor };
  return { pages: [...first, ...before.pages.slice(at + 1)], nextCursor: before.nextCursor };
}
