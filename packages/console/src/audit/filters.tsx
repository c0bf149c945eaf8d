import { AUDIT_OUTCOMES } from '@rtcstats-server/api';
import type { ReactNode } from 'react';
import { navigate } from '../routing/router.tsx';
import { fieldTime, PERIODS } from '../session-list/query.ts';
import { SelectFilter, TextFilter } from '../ui/filter-fields.tsx';
import { Button } from '../ui/parts.tsx';
import { ACTION_NAMES } from './entry-text.ts';
import { withAuditFilters } from './query.ts';

/** Filters of the audit log, which are kept in the query string of the page. Actors are staff and programs. */
export function AuditFilters({ search }: { readonly search: string }): ReactNode {
  const parameters = new URLSearchParams(search);
  const isCustom = parameters.has('since') || parameters.get('period') === 'custom';
  return (
    <search className="filters">
      <SelectFilter
        label="What"
        value={parameters.get('action') ?? ''}
        onChange={(action) => change({ action })}
        all="anything"
      >
        {Object.entries(ACTION_NAMES)}
      </SelectFilter>
      <TextFilter
        label="Who"
        placeholder="Name of a token, command:root"
        value={parameters.get('actor') ?? ''}
        change={changeActor}
      />
      <SelectFilter
        label="Outcome"
        value={parameters.get('outcome') ?? ''}
        onChange={(outcome) => change({ outcome })}
        all="any outcome"
      >
        {AUDIT_OUTCOMES.map((outcome) => [outcome, outcome])}
      </SelectFilter>
      <SelectFilter
        label="Time"
        value={isCustom ? 'custom' : (parameters.get('period') ?? '')}
        onChange={(period) => change({ period, since: '' })}
        all="any time"
      >
        {[
          ...Object.entries(PERIODS).map(([value, { name }]): [string, string] => [value, name]),
          ['custom', 'since …'],
        ]}
      </SelectFilter>
      {isCustom && (
        <label className="field">
          <span>Since</span>
          <input
            className="input"
            type="datetime-local"
            value={fieldTime(parameters.get('since'))}
            onChange={(event) => change({ since: event.target.value })}
          />
        </label>
      )}
      {search !== '' && (
        <Button kind="quiet" onClick={() => navigate('/audit')}>
          Clear
        </Button>
      )}
    </search>
  );
}

function change(changes: Readonly<Record<string, string>>): void {
  navigate(withAuditFilters(window.location.search, changes));
}

function changeActor(actor: string): void {
  navigate(withAuditFilters(window.location.search, { actor }), { replace: true });
}
