import { type ReactNode, useEffect } from 'react';
import { navigate, useEntryText, useLocation } from '../routing/router.tsx';
import { Loading } from '../ui/parts.tsx';
import { OverviewPage } from './overview-page.tsx';
import { listPath } from './settings.ts';

/** The overview. Links of earlier versions, in which the session list was the first page, lead to the list. */
export function FirstPage(): ReactNode {
  const { search } = useLocation();
  const text = useEntryText();
  // An entry of the history that has a search term is from the list, too.
  const to = text === '' ? listPath(search) : `/sessions${search}`;
  useEffect(() => {
    if (to !== undefined) navigate(to, { replace: true, text });
  }, [to, text]);
  return to === undefined ? <OverviewPage /> : <Loading />;
}
