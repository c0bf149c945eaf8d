import type { ReactNode } from 'react';
import { Link, useLocation } from './routing/router.tsx';
import { Icon, type IconName, Mark } from './ui/icons.tsx';
import { Button } from './ui/parts.tsx';

const PLACES: readonly {
  readonly to: string;
  readonly name: string;
  readonly icon: IconName;
  readonly holds: readonly string[];
}[] = [
  { to: '/', name: 'Sessions', icon: 'sessions', holds: ['', 'sessions', 'conferences'] },
  { to: '/privacy', name: 'Privacy', icon: 'shield', holds: ['privacy'] },
  { to: '/playground', name: 'Playground', icon: 'playground', holds: ['playground'] },
  { to: '/try-it', name: 'Try it', icon: 'call', holds: ['try-it'] },
];

/** What is around every page: where one is, and where else one can go. */
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
          {PLACES.map(({ to, name, icon, holds }) => (
            <Link key={to} to={to} className="nav-link" aria-current={holds.includes(here) ? 'page' : undefined}>
              <Icon name={icon} />
              {name}
            </Link>
          ))}
        </nav>
        <div className="side-foot">
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
