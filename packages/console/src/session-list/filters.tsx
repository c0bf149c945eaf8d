import { BROWSER_FAMILIES } from '@rtcstats-server/insights/browser';
import { type ReactNode, useEffect, useState } from 'react';
import { navigate } from '../routing/router.tsx';
import { Icon } from '../ui/icons.tsx';
import { Button } from '../ui/parts.tsx';
import { PERIODS, withFilter } from './query.ts';

const STATE_NAMES = {
  recording: 'live',
  closed: 'finishing',
  stored: 'clean',
  quarantined: 'quarantined',
  erased: 'erased',
};
const TYPING_MS = 350;

export function Filters({ search }: { readonly search: string }): ReactNode {
  const given = new URLSearchParams(search);
  const set = (name: string, value: string): void => navigate(withFilter(window.location.search, name, value));
  const custom = given.has('from') || given.has('to') || given.get('period') === 'custom';
  return (
    <search className="filters">
      <Typed
        name="search"
        label="User, conference, session or id"
        placeholder="As your application names it, or as it stands here"
        value={given.get('search') ?? ''}
        wide
      />
      <Choice label="State" value={given.get('state') ?? ''} onChange={(value) => set('state', value)} all="any state">
        {Object.entries(STATE_NAMES).map(([value, name]) => [value, name])}
      </Choice>
      <Choice
        label="Time"
        value={custom ? 'custom' : (given.get('period') ?? '')}
        onChange={(value) => {
          const parameters = new URLSearchParams(search);
          for (const name of ['from', 'to', 'period']) parameters.delete(name);
          if (value !== '') parameters.set('period', value);
          navigate(parameters.size === 0 ? '/' : `/?${parameters}`);
        }}
        all="any time"
      >
        {[
          ...Object.entries(PERIODS).map(([value, { name }]): [string, string] => [value, name]),
          ['custom', 'from … to …'],
        ]}
      </Choice>
      {custom &&
        (['from', 'to'] as const).map((name) => (
          <label className="field" key={name}>
            <span>{name === 'from' ? 'From' : 'To'}</span>
            <input
              className="input"
              type="datetime-local"
              value={given.get(name) ?? ''}
              onChange={(event) => set(name, event.target.value)}
            />
          </label>
        ))}
      <Choice
        label="Browser"
        value={given.get('browser') ?? ''}
        onChange={(value) => set('browser', value)}
        all="any browser"
      >
        {BROWSER_FAMILIES.map((name) => [name, name])}
      </Choice>
      <Typed name="origin" label="Origin" placeholder="https://…" value={given.get('origin') ?? ''} />
      {search !== '' && (
        <Button kind="quiet" onClick={() => navigate('/')}>
          Clear
        </Button>
      )}
    </search>
  );
}

/** Searches when the typing pauses. */
function Typed(props: {
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly wide?: boolean;
}): ReactNode {
  const { name, label, placeholder, value, wide = false } = props;
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(
      () => navigate(withFilter(window.location.search, name, text.trim()), { replace: true }),
      TYPING_MS,
    );
    return () => clearTimeout(timer);
  }, [text, value, name]);
  return (
    <label className={wide ? 'field field-search' : 'field'}>
      <span>{label}</span>
      <span className="input input-search">
        <Icon name="search" size={16} />
        <input type="search" value={text} placeholder={placeholder} onChange={(event) => setText(event.target.value)} />
      </span>
    </label>
  );
}

function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly all: string;
  readonly onChange: (value: string) => void;
  readonly children: readonly (readonly [string, string] | string[])[];
}): ReactNode {
  return (
    <label className="field">
      <span>{props.label}</span>
      <select className="input" value={props.value} onChange={(event) => props.onChange(event.target.value)}>
        <option value="">{props.all}</option>
        {props.children.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
