import {
  CALL_VERDICTS,
  MEDIA_ROUTES,
  NETWORK_TYPES,
  SESSION_SORTS,
  SESSION_STATES,
  SEVERITIES,
  type SessionState,
  STATE_WORDS,
} from '@rtcstats-server/api/states';
import { didYouMean } from '../config/nearest.ts';
import type { SessionSearch } from '../lifecycle/sessions.ts';
import { timeOf, usageError, wholeNumber } from './arguments.ts';

/** The flags of `sessions list` that select sessions. */
export interface ListFlags {
  readonly user?: string | undefined;
  readonly conference?: string | undefined;
  readonly session?: string | undefined;
  readonly state?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly country?: string | undefined;
  readonly os?: string | undefined;
  readonly network?: string | undefined;
  readonly route?: string | undefined;
  readonly verdict?: string | undefined;
  readonly observation?: string | undefined;
  readonly severity?: string | undefined;
  readonly 'min-score'?: string | undefined;
  readonly 'max-score'?: string | undefined;
  readonly sort?: string | undefined;
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}

/**
 * The conditions that the flags of `sessions list` name.
 *
 * @throws GatewayError USAGE
 */
export async function queryOf(flags: ListFlags): Promise<SessionSearch> {
  const { user, conference, session, cursor } = flags;
  const query = {
    user,
    conference,
    session,
    cursor,
    state: flags.state === undefined ? undefined : stateOf(flags.state),
    from: flags.from === undefined ? undefined : timeOf(flags.from, '--from', 'sessions'),
    to: flags.to === undefined ? undefined : timeOf(flags.to, '--to', 'sessions'),
    country: flags.country?.toUpperCase(),
    os: flags.os,
    network: oneOf(NETWORK_TYPES, 'network', flags.network),
    route: oneOf(MEDIA_ROUTES, 'route', flags.route),
    verdict: oneOf(CALL_VERDICTS, 'verdict', flags.verdict),
    observation: flags.observation === undefined ? undefined : await observationOf(flags.observation),
    severity: oneOf(SEVERITIES, 'severity', flags.severity),
    minScore: numberOf(flags['min-score'], '--min-score', 0, 100),
    maxScore: numberOf(flags['max-score'], '--max-score', 0, 100),
    sort: oneOf(SESSION_SORTS, 'order', flags.sort),
    limit: numberOf(flags.limit, '--limit', 1, 1000),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as SessionSearch;
}

function numberOf(text: string | undefined, flag: string, min: number, max: number): number | undefined {
  return text === undefined ? undefined : wholeNumber(text, flag, min, max, 'sessions');
}

function stateOf(text: string): SessionState {
  const state = SESSION_STATES.find((name) => name === text || STATE_WORDS[name] === text);
  return state ?? oneOf(SESSION_STATES, 'state', text)!;
}

function oneOf<Name extends string>(names: readonly Name[], what: string, text: string | undefined): Name | undefined {
  const name = names.find((candidate) => candidate === text);
  if (text === undefined || name !== undefined) return name;
  const hint = didYouMean(text, names) || `; known are ${names.join(', ')}`;
  throw usageError(`There is no ${what} ${JSON.stringify(text)}${hint}`, 'sessions');
}

/** A name that does not exist would list nothing, as if all calls were good. */
async function observationOf(text: string): Promise<string> {
  const { DETECTORS } = await import('@rtcstats-server/insights');
  const names = DETECTORS.map(({ definition }) => definition.name);
  if (names.includes(text)) return text;
  const hint = didYouMean(text, names) || '; docs/observations.md lists them';
  throw usageError(`There is no observation ${JSON.stringify(text)}${hint}`, 'sessions');
}
