import type { ReactNode } from 'react';
import { Link, useLocation } from './routing/router.tsx';
import { timeZone } from './ui/format.ts';
import { Icon, type IconName, Mark } from './ui/icons.tsx';
import { Button } from './ui/parts.tsx';

const PAGES: readonly {
  readonly to: string;
  readonly name: string;
  readonly icon: IconName;
  readonly paths: readonly string[];
}[] = [
  { to: '/', name: 'Overview', icon: 'overview', paths: [''] },
  { to: '/sessions', name: 'Sessions', icon: 'sessions', paths: ['sessions', 'conferences'] },
  { to: '/privacy', name: 'Privacy', icon: 'shield', paths: ['privacy'] },
  { to: '/people', name: 'People', icon: 'people', paths: ['people'] },
  { to: '/audit', name: 'Audit', icon: 'audit', paths: ['audit'] },
  { to: '/playground', name: 'Playground', icon: 'playground', paths: ['playground'] },
  { to: '/try-it', name: 'Try it', icon: 'call', paths: ['try-it'] },
];

/** The frame around each page: the navigation and the sign-out button. */
export function Shell({
  children,
  onSignOut,
}: {
  readonly children: ReactNode;
  readonly onSignOut?: (() => void) | undefined;
}): ReactNode {
  const here = useLocation().pathname.split('/')[1] ?? '';
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="side">
        <Link to="/" className="brand">
          <Mark />
          rtcstats-server
        </Link>
        <nav className="nav" aria-label="Console">
          {PAGES.map(({ to, name, icon, paths }) => (
            <Link key={to} to={to} className="nav-link" aria-current={paths.includes(here) ? 'page' : undefined}>
              <Icon name={icon} />
              {name}
            </Link>
          ))}
        </nav>
        <div className="side-foot">
          <p className="faint zone">Times in {timeZone()}</p>
          {onSignOut && (
            <Button kind="quiet" icon="out" onClick={onSignOut}>
              Sign out
            </Button>
          )}
        </div>
      </header>
      <main className="main" id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
