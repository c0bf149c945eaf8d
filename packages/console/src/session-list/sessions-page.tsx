import type { ListedSession, SessionPage } from '@rtcstats-server/api';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../api/client.ts';
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
  readonly search: string;
  readonly pages: readonly ListedSession[];
  readonly nextCursor: string | null;
}

interface Failed {
  readonly search: string;
  readonly error: Error;
}

const NOTHING: Omit<Listed, 'search'> = { pages: [], nextCursor: null };

/**
 * The sessions that match a query, and the state of the requests for them.
 *
 * Effects set no state before an answer has arrived: filters can change faster than the page is rendered, and React
 * takes a long series of effects that each ask for another rendering for an endless loop.
 */
function useSessions(search: string) {
  const [listed, setListed] = useState<Listed>();
  const [failed, setFailed] = useState<Failed>();
  const [asked, setAsked] = useState(false);
  const latest = useRef({ search, listed });
  latest.current = { search, listed };

  const ask = useCallback(
    async (cursor: string | null): Promise<void> => {
      const answer = await answerOf(search, cursor);
      // The answer to an earlier query may arrive after that to the present one.
      if (latest.current.search !== search) return;
      if (answer instanceof Error) {
        setFailed({ search, error: answer });
        return;
      }
      const { sessions, nextCursor } = answer;
      const before = latest.current.listed;
      const own = before?.search === search ? before : NOTHING;
      const next =
        cursor === null ? withFirstPage(own, sessions, nextCursor) : { pages: [...own.pages, ...sessions], nextCursor };
      setListed({ search, ...next });
      setFailed(undefined);
    },
    [search],
  );
  useEffect(() => {
    void ask(null);
    const timer = setInterval(() => document.visibilityState === 'visible' && void ask(null), POLL_MS);
    return () => clearInterval(timer);
  }, [ask]);

  const askFor = (cursor: string | null): void => {
    setAsked(true);
    void ask(cursor).finally(() => setAsked(false));
  };
  const own = listed?.search === search ? listed : undefined;
  const error = failed?.search === search ? failed.error : undefined;
  const { pages, nextCursor } = own ?? NOTHING;
  return {
    pages,
    nextCursor,
    error,
    loading: asked || (own === undefined && error === undefined),
    reload: () => askFor(null),
    more: () => askFor(nextCursor),
  };
}

/** Does not reject. */
async function answerOf(search: string, cursor: string | null): Promise<SessionPage | Error> {
  try {
    const query = readQuery(search, Date.now());
    return await api.sessions({ ...query, limit: PAGE, ...(cursor === null ? {} : { cursor }) });
  } catch (error) {
    return error as Error;
  }
}

/** Replaces the first page and keeps the pages that were loaded after it. */
function withFirstPage(
  before: Omit<Listed, 'search'>,
  first: readonly ListedSession[],
  nextCursor: string | null,
): Omit<Listed, 'search'> {
  if (before.pages.length <= PAGE) return { pages: first, nextCursor };
  const last = first.at(-1);
  const at = before.pages.findIndex(({ id }) => id === last?.id);
  // More than one page of new sessions leaves a gap before the pages that follow: start again with the first page.
  if (at < 0) return { pages: first, nextCursor };
  return { pages: [...first, ...before.pages.slice(at + 1)], nextCursor: before.nextCursor };
}
