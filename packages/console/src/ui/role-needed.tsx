import type { AdminRole } from '@rtcstats-server/api';
import { type ReactNode, useContext } from 'react';
import { AccessContext, useHasRole } from '../api/access.ts';
import { Card } from './card.tsx';
import { Empty } from './parts.tsx';

/** Shows its children to tokens with a role; to others, which role is missing and how to get it. */
export function RoleNeeded(props: {
  readonly name: AdminRole;
  /** What the role allows, such as `reading the audit log`. */
  readonly what: string;
  readonly children: ReactNode;
}): ReactNode {
  const { name: role, what, children } = props;
  const { name, roles = [] } = useContext(AccessContext);
  if (useHasRole(role)) return children;
  return (
    <Card>
      <Empty title={`Your token does not have the role ${role}`}>
        You are signed in as {name} ({roles.length === 0 ? 'no roles' : roles.join(', ')}), but {what} needs the role{' '}
        {role}. Sign in with another token, or add the role to this one in <code>admin.tokens</code>.
      </Empty>
    </Card>
  );
}
