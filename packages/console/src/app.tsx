import type { SignInState } from '@rtcstats-server/api';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { api, whenSignedOut } from './api/client.ts';
import { useLocation } from './routing/router.tsx';
import { SessionsPage } from './session-list/sessions-page.tsx';
import { Shell } from './shell.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { Empty, Loading, Problem } from './ui/parts.tsx';

// Only the session list is in the first bundle, so that it does not wait for the plot library and the anonymizer.
const SessionPage = lazy(async () => ({ default: (await import('./session-detail/session-page.tsx')).SessionPage }));
const ConferencePage = lazy(async () => ({
  default: (await import('./session-list/conference-page.tsx')).ConferencePage,
}));

const PlaygroundPage = lazy(async () => ({
  default: (await import('./playground/playground-page.tsx')).PlaygroundPage,
}));
const BoardPage = lazy(async () => ({ default: (await import('./board/board-page.tsx')).BoardPage }));
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
  if (!signIn.signedIn) return <SignInPage done={() => setSignIn({ required: true, signedIn: true })} />;
  return (
    <Shell
      onSignOut={
        signIn.required
          ? () => void api.signOut().then(() => setSignIn({ required: true, signedIn: false }))
          : undefined
      }
    >
      <Suspense fallback={<Loading />}>
        <Page />
      </Suspense>
    </Shell>
  );
}

function Page(): ReactNode {
  const { pathname } = useLocation();
  const [, first = '', second, third = ''] = pathname.split('/').map(decodeURIComponent);
  switch (first) {
    case '':
      return <SessionsPage />;
    case 'sessions':
      return second ? <SessionPage key={second} id={second} tab={third} /> : <SessionsPage />;
    case 'conferences':
      return second ? <ConferencePage key={second} name={second} /> : <SessionsPage />;
    case 'playground':
      return <PlaygroundPage />;
    case 'privacy':
      return <BoardPage />;
    case 'try-it':
      return <TryItPage />;
    default:
      return (
        <div className="page">
          <Empty title="Page not found">Choose a page in the navigation.</Empty>
        </div>
      );
  }
}
