import type { ListedSession, SessionPage } from '@rtcstats-server/api';
import { type ReactNode, useEffect } from 'react';
import { api } from '../api/client.ts';
import { type PageReader, usePages } from '../api/use-pages.ts';
import { navigate, useEntryText, useLocation } from '../routing/router.tsx';
import { useTitle } from '../routing/title.ts';
import { Card } from '../ui/card.tsx';
import { formatPlural } from '../ui/format.ts';
import { Badge, Button, Empty, Loading, Problem } from '../ui/parts.tsx';
import { Filters } from './filters.tsx';
import { FirstSteps } from './first-steps.tsx';
import { readQuery, takeTerm, withFilter } from './query.ts';
import { SessionsTable } from './sessions-table.tsx';

const POLL_MS = 3000;
const PAGE = 100;

/** All sessions, newest first. The first page is polled while the browser tab is visible. */
export function SessionsPage(): ReactNode {
  useTitle('Sessions');
  const filters = useLocation().search;
  const term = useEntryText();
  useEffect(() => {
    const taken = takeTerm(filters);
    if (taken !== undefined) navigate(taken.to, { replace: true, text: taken.term });
  }, [filters]);
  const search = term === '' ? filters : new URL(withFilter(filters, 'search', term), window.location.href).search;
  const { pages, nextCursor, error, loading, more, reload } = useSessions(search);
  const given = new URLSearchParams(search);
  const byScore = given.get('sort') === 'score';
  const needsScore = byScore || given.has('minScore') || given.has('maxScore');
  const live = pages.filter(({ state }) => state === 'recording').length;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Sessions</h1>
          <p>Each client connection is one session with one dump.</p>
        </div>
        {live > 0 && (
          <Badge tone="live">
            <span className="dot" />
            {live} live
          </Badge>
        )}
      </header>
      <Filters search={filters} term={term} />
      {error && <Problem error={error} retry={reload} />}
      <Card flush>
        {pages.length > 0 && <SessionsTable sessions={pages} byScore={byScore} />}
        {loading && pages.length === 0 && <Loading />}
        {!loading && pages.length === 0 && error === undefined && (
          <NoSessions filtered={search !== ''} needsScore={needsScore} />
        )}
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

function NoSessions({ filtered, needsScore }: { readonly filtered: boolean; readonly needsScore: boolean }): ReactNode {
  if (filtered) {
    return (
      <Empty title="No matching sessions">
        Remove a filter or choose a longer period.
        {needsScore && ' Sessions without a score are listed only with the newest first and any score.'}
      </Empty>
    );
  }
  return <FirstSteps />;
}

interface Listed {
  readonly pages: readonly ListedSession[];
  readonly nextCursor: string | null;
}

const NOTHING: Listed = { pages: [], nextCursor: null };

const READER: PageReader<SessionPage, Listed> = {
  read: async (search, cursor) =>
    await api.sessions({ ...readQuery(search, Date.now()), limit: PAGE, ...(cursor !== null && { cursor }) }),
  add: (before = NOTHING, { sessions, nextCursor }, cursor) =>
    cursor === null
      ? withFirstPage(before, sessions, nextCursor)
      : { pages: [...before.pages, ...sessions], nextCursor },
};

/** The sessions that match a query; new ones appear by themselves. */
function useSessions(search: string) {
  const { listed = NOTHING, error, loading, ask, refresh } = usePages(search, READER);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && void refresh(), POLL_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  return { ...listed, error, loading, reload: () => ask(null), more: () => ask(listed.nextCursor) };
}

/** Replaces the first page and keeps the pages that were loaded after it. */
function withFirstPage(before: Listed, first: readonly ListedSession[], nextCursor: string | null): Listed {
  if (before.pages.length <= PAGE) return { pages: first, nextCursor };
  const last = first.at(-1);
  const at = before.pages.findIndex(({ id }) => id === last?.id);
  // More than one page of new sessions leaves a gap before the pages that follow: start again with the first page.
  if (at < 0) return { pages: first, nextCursor };
  return { pages: [...first, ...before.pages.slice(at + 1)], nextCursor: before.nextCursor };
}
