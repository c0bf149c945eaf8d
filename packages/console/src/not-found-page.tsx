import type { ReactNode } from 'react';
import { Link } from './routing/router.tsx';
import { useTitle } from './routing/title.ts';
import { Card } from './ui/card.tsx';
import { Empty } from './ui/parts.tsx';

/** For a URL that is no page of the console. */
export function NotFoundPage(): ReactNode {
  useTitle('Page not found');
  return (
    <div className="page">
      <header className="page-head">
        <h1>Page not found</h1>
      </header>
      <Card>
        <Empty title="There is no page at this address">
          The link may be incomplete, or from another version of the console.{' '}
          <Link to="/sessions">Show all sessions</Link>
        </Empty>
      </Card>
    </div>
  );
}
