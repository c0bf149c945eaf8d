import { BROWSER_FAMILIES, MEDIA_ROUTES, NETWORK_TYPES, SEVERITIES } from '@rtcstats-server/api';
import { type ReactNode, useEffect, useState } from 'react';
import { entryText, navigate } from '../routing/router.tsx';
import { VERDICT_NAMES } from '../ui/call-verdict-text.ts';
import { SelectFilter, TextFilter } from '../ui/filter-fields.tsx';
import { Button } from '../ui/parts.tsx';
import { STATE_NAMES } from '../ui/session-state.tsx';
import { fieldTime, PERIODS, SCORE_BANDS, withFilter, withFilters } from './query.ts';

/** Severities that a filter makes sense for: every observation has at least `info`. */
const MIN_SEVERITIES = SEVERITIES.filter((severity) => severity !== 'info');

/** The operating systems of nearly all clients; the overview links to others as well. */
const SYSTEMS = ['Android', 'ChromeOS', 'iOS', 'Linux', 'macOS', 'Windows'];
const ROUTE_NAMES = { relay: 'through TURN', direct: 'direct' } as const;

/**
 * Filters of the session list. They are kept in the query string of the page, except for the search term, which may
 * name a person.
 */
export function Filters({ search, term }: { readonly search: string; readonly term: string }): ReactNode {
  const parameters = new URLSearchParams(search);
  const setFilter = (name: string, value: string): void =>
    navigate(withFilter(window.location.search, name, value), { text: entryText() });
  /** The value of a filter that is one parameter, and how to change it. */
  const filter = (name: string): Pick<Parameters<typeof SelectFilter>[0], 'value' | 'onChange'> => ({
    value: parameters.get(name) ?? '',
    onChange: (value) => setFilter(name, value),
  });
  const custom = parameters.has('from') || parameters.has('to') || parameters.get('period') === 'custom';
  return (
    <search className="filters">
      <TextFilter
        label="User, conference, session or ID"
        placeholder="Name in your application, or pseudonym"
        value={term}
        change={changeTerm}
        wide
      />
      <SelectFilter label="State" {...filter('state')} all="any state">
        {Object.entries(STATE_NAMES)}
      </SelectFilter>
      <SelectFilter label="Verdict" {...filter('verdict')} all="any verdict">
        {Object.entries(VERDICT_NAMES)}
      </SelectFilter>
      <ObservationFilter {...filter('observation')} />
      <SelectFilter label="Severity" {...filter('severity')} all="any severity">
        {MIN_SEVERITIES.map((value) => [value, value === 'critical' ? value : `${value} or worse`])}
      </SelectFilter>
      <ScoreFilter parameters={parameters} />
      <SelectFilter
        label="Time"
        value={custom ? 'custom' : (parameters.get('period') ?? '')}
        onChange={(value) => {
          navigate(withFilters(search, { from: '', to: '', period: value }), { text: entryText() });
        }}
        all="any time"
      >
        {[
          ...Object.entries(PERIODS).map(([value, { name }]): [string, string] => [value, name]),
          ['custom', 'from … to …'],
        ]}
      </SelectFilter>
      {custom &&
        (['from', 'to'] as const).map((name) => (
          <label className="field" key={name}>
            <span>{name === 'from' ? 'From' : 'To'}</span>
            <input
              className="input"
              type="datetime-local"
              value={fieldTime(parameters.get(name))}
              onChange={(event) => setFilter(name, event.target.value)}
            />
          </label>
        ))}
      <SelectFilter label="Browser" {...filter('browser')} all="any browser">
        {BROWSER_FAMILIES.map((name) => [name, name])}
      </SelectFilter>
      <SelectFilter label="System" {...filter('os')} all="any system">
        {withGiven(SYSTEMS, parameters.get('os')).map((name) => [name, name])}
      </SelectFilter>
      <SelectFilter label="Network" {...filter('network')} all="any network">
        {NETWORK_TYPES.map((name) => [name, name])}
      </SelectFilter>
      <SelectFilter label="Route" {...filter('route')} all="any route">
        {MEDIA_ROUTES.map((name) => [name, ROUTE_NAMES[name]])}
      </SelectFilter>
      <TextFilter
        label="Country"
        placeholder="Two letters"
        value={parameters.get('country') ?? ''}
        change={changeCountry}
      />
      <TextFilter label="Origin" placeholder="https://…" value={parameters.get('origin') ?? ''} change={changeOrigin} />
      <SelectFilter label="Order" {...filter('sort')} all="newest first">
        {[['score', 'worst score first']]}
      </SelectFilter>
      {(search !== '' || term !== '') && (
        <Button kind="quiet" onClick={() => navigate('/sessions')}>
          Clear
        </Button>
      )}
    </search>
  );
}

function changeTerm(term: string): void {
  navigate(window.location.href, { replace: true, text: term });
}

function changeCountry(country: string): void {
  const filters = withFilter(window.location.search, 'country', country.toUpperCase());
  navigate(filters, { replace: true, text: entryText() });
}

/** The choices, and a value of the URL that is none of them. */
function withGiven(choices: readonly string[], given: string | null): readonly string[] {
  return given === null || given === '' || choices.includes(given) ? choices : [given, ...choices];
}

function changeOrigin(origin: string): void {
  navigate(withFilter(window.location.search, 'origin', origin), { replace: true, text: entryText() });
}

/** Bands of the experience score; any other range in the URL is a choice of its own. */
function ScoreFilter({ parameters }: { readonly parameters: URLSearchParams }): ReactNode {
  const given = ['minScore', 'maxScore'].map((name) => parameters.get(name) ?? '');
  const value = given.every((bound) => bound === '') ? '' : given.join('-');
  const bands = SCORE_BANDS.map(([lowest, highest]) => `${lowest}-${highest}`);
  const known = value === '' || bands.includes(value) ? bands : [value, ...bands];
  return (
    <SelectFilter
      label="Score of 100"
      value={value}
      onChange={(chosen) => {
        const [minScore = '', maxScore = ''] = chosen.split('-');
        navigate(withFilters(window.location.search, { minScore, maxScore }), { text: entryText() });
      }}
      all="any score"
    >
      {known.map((band) => [band, bandName(band)])}
    </SelectFilter>
  );
}

function bandName(band: string): string {
  const [lowest, highest] = band.split('-');
  if (lowest === '') return `at most ${highest}`;
  return highest === '' ? `at least ${lowest}` : `${lowest} to ${highest}`;
}

/** The names are loaded later, because the code of the detectors comes with them. */
function ObservationFilter({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const [known, setKnown] = useState<readonly string[]>([]);
  useEffect(() => {
    import('./observation-names.ts').then(
      ({ OBSERVATION_NAMES }) => setKnown(OBSERVATION_NAMES),
      // The gateway was updated meanwhile. The page works without the list until it is loaded again.
      () => undefined,
    );
  }, []);
  const names = withGiven(known, value);
  return (
    <SelectFilter label="Observation" value={value} onChange={onChange} all="any observation">
      {names.map((name) => [name, name])}
    </SelectFilter>
  );
}
