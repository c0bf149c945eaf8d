import type { ReactNode } from 'react';
import { useTitle } from '../routing/title.ts';
import { Boundary } from '../ui/boundary.tsx';
import { RoleNeeded } from '../ui/role-needed.tsx';
import { EntriesCard } from './entries-card.tsx';
import { ProofCard } from './proof-card.tsx';

/** The audit log: who did what to which data, and the proof that nothing was changed in it. */
export function AuditPage(): ReactNode {
  useTitle('Audit');
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Audit</h1>
          <p>
            Who read, exported, forwarded, released, deleted or erased something, who signed in, and which calls were
            refused.
          </p>
        </div>
      </header>
      <RoleNeeded name="audit" what="reading the audit log">
        <Boundary>
          <ProofCard />
        </Boundary>
        <Boundary>
          <EntriesCard />
        </Boundary>
      </RoleNeeded>
    </div>
  );
}
