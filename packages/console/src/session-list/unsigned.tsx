import type { Session } from '@rtcstats-server/api';
import type { ReactNode } from 'react';

/** Marks a name that is not from a signed token: anybody can write anything into the URL of a client. */
export function Unsigned(props: { readonly session: Session; readonly field: Session['signed'][number] }): ReactNode {
  const { session, field } = props;
  if (session[field] === null || session.signed.includes(field)) return null;
  return (
    <span className="faint" title="The client claims this name. It is not in a token that the application signed.">
      {' '}
      unsigned
    </span>
  );
}
