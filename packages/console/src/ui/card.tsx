import type { ReactNode } from 'react';
import { Boundary } from './boundary.tsx';

/**
 * A section with a title and an optional element beside it. With `flush`, the content has no padding. An error in the
 * content is shown inside the card.
 */
export function Card(props: {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly flush?: boolean;
}): ReactNode {
  const { title, aside, children, flush = false } = props;
  return (
    <section className={flush ? 'card card-flush' : 'card'}>
      {(title !== undefined || aside !== undefined) && (
        <header className="card-head">
          <h2>{title}</h2>
          {aside}
        </header>
      )}
      <Boundary>{children}</Boundary>
    </section>
  );
}
