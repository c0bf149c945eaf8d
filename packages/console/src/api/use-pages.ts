import { useCallback, useEffect, useRef, useState } from 'react';

/** How to read a list page by page. Both functions belong to the module of the caller, so that they stay the same. */
export interface PageReader<P, L> {
  /** @param cursor the end of the page before; null for the first page */
  read(search: string, cursor: string | null): Promise<P>;
  /**
   * Adds a page to what is listed.
   *
   * @param before undefined before the first page of a query
   */
  add(before: L | undefined, page: P, cursor: string | null): L;
}

export interface Pages<L> {
  /** Undefined until the first page of the query is there. */
  readonly listed: L | undefined;
  readonly error: Error | undefined;
  /** Before the first answer, and during `ask`. */
  readonly loading: boolean;
  /** Asks for a page, and shows that. */
  ask(cursor: string | null): void;
  /** Asks for the first page again without showing it. Never rejects. */
  refresh(): Promise<void>;
}

/**
 * Reads the list that matches the filters of a page, and the state of the requests for it.
 *
 * The effect sets no state before an answer has arrived: filters can change faster than the page is rendered, and React
 * takes a long series of effects that each ask for another rendering for an endless loop.
 */
export function usePages<P, L>(search: string, reader: PageReader<P, L>): Pages<L> {
  const [listed, setListed] = useState<{ readonly search: string; readonly list: L }>();
  const [failed, setFailed] = useState<{ readonly search: string; readonly error: Error }>();
  const [asked, setAsked] = useState(false);
  const latest = useRef({ search, listed });
  latest.current = { search, listed };
  const request = useCallback(
    async (cursor: string | null): Promise<void> => {
      const answer = await answerOf(reader.read(search, cursor));
      // The answer to an earlier query may arrive after that to the present one.
      if (latest.current.search !== search) return;
      if (answer instanceof Error) {
        setFailed({ search, error: answer });
        return;
      }
      const before = latest.current.listed;
      setListed({ search, list: reader.add(before?.search === search ? before.list : undefined, answer, cursor) });
      setFailed(undefined);
    },
    [search, reader],
  );
  const refresh = useCallback(() => request(null), [request]);
  useEffect(() => {
    void refresh();
  }, [refresh]);
  const own = listed?.search === search ? listed.list : undefined;
  const error = failed?.search === search ? failed.error : undefined;
  return {
    listed: own,
    error,
    loading: asked || (own === undefined && error === undefined),
    ask: (cursor) => {
      setAsked(true);
      void request(cursor).finally(() => setAsked(false));
    },
    refresh,
  };
}

async function answerOf<P>(page: Promise<P>): Promise<P | Error> {
  try {
    return await page;
  } catch (error) {
    return error as Error;
  }
}
