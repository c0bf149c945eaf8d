import type { SignInState } from '@rtcstats-server/api';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { AccessContext } from './api/access.ts';
import { api, whenSignedOut } from './api/client.ts';
import { NotFoundPage } from './not-found-page.tsx';
import { FirstPage } from './overview/first-page.tsx';
import { segmentsOf } from './routing/path.ts';
import { useLocation } from './routing/router.tsx';
import { SessionsPage } from './session-list/sessions-page.tsx';
import { Shell } from './shell.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { Boundary } from './ui/boundary.tsx';
import { Loading, Problem } from './ui/parts.tsx';

// Only the overview and the session list are in the first bundle, so that they do not wait for the plot library and
// the anonymizer.
const SessionPage = lazy(async () => ({ default: (await import('./session-detail/session-page.tsx')).SessionPage }));
const ConferencePage = lazy(async () => ({
  default: (await import('./conference/conference-page.tsx')).ConferencePage,
}));

const PlaygroundPage = lazy(async () => ({
  default: (await import('./playground/playground-page.tsx')).PlaygroundPage,
}));
const BoardPage = lazy(async () => ({ default: (await import('./board/board-page.tsx')).BoardPage }));
const AuditPage = lazy(async () => ({ default: (await import('./audit/audit-page.tsx')).AuditPage }));
const PeoplePage = lazy(async () => ({ default: (await import('./people/people-page.tsx')).PeoplePage }));
const TryItPage = lazy(async () => ({ default: (await import('./try-it/try-it-page.tsx')).TryItPage }));

/** The console: asks for the admin token if one is required, then shows the page of the current URL. */
export function App(): ReactNode {
  const [signIn, setSignIn] = useState<SignInState>();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    whenSignedOut(() => setSignIn({ required: true, signedIn: false }));
    api.signInState().then(setSignIn, setError);
  }, []);
  if (error !== undefined) return <Problem error={error} retry={() => window.location.reload()} />;
  if (signIn === undefined) return <Loading />;
  if (!signIn.signedIn) return <SignInPage done={() => void api.signInState().then(setSignIn, setError)} />;
  return (
    <AccessContext value={signIn}>
      <Shell
        onSignOut={
          signIn.required
            ? () => void api.signOut().then(() => setSignIn({ required: true, signedIn: false }), setError)
            : undefined
        }
      >
        <Page />
      </Shell>
    </AccessContext>
  );
}

/** The page of the current URL. A session keeps its page while its tabs change. */
function Page(): ReactNode {
  const segments = segmentsOf(useLocation().pathname);
  return (
    <Boundary key={segments?.slice(0, 2).join('/')} kind="page">
      <Suspense fallback={<Loading />}>{pageOf(segments)}</Suspense>
    </Boundary>
  );
}

function pageOf(segments: readonly string[] | undefined): ReactNode {
  if (segments === undefined || segments.length > 3) return <NotFoundPage />;
  const [first, second, third = ''] = segments;
  switch (first) {
    case undefined:
      return <FirstPage />;
    case 'sessions':
      return second === undefined ? <SessionsPage /> : <SessionPage id={second} tab={third} />;
    case 'conferences':
      return second === undefined ? <NotFoundPage /> : <ConferencePage name={second} />;
    case 'playground':
      return <PlaygroundPage />;
    case 'privacy':
      return <BoardPage />;
    case 'people':
      return <PeoplePage />;
    case 'audit':
      return <AuditPage />;
    case 'try-it':
      return <TryItPage />;
    default:
      return <NotFoundPage />;
  }
}
