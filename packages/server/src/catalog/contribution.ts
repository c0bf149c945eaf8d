import type { CallVerdict, OverviewDimension } from '@rtcstats-server/api/states';
import { type Client, clientOf } from '@rtcstats-server/insights/browser';
import type { AnalysisRow } from './analyses.ts';
import { toText } from './rows.ts';
import type { SessionsTable } from './schema.ts';

/** The value of a property that is not known. */
export const UNKNOWN = 'unknown';
/** The value that stands for all others of a dimension, where there are too many. */
export const OTHER = 'other';

/** A dimension of the rollups; `all` has one value, the empty text, for all calls. */
export type RollupDimension = OverviewDimension | 'all';

/** What an analyzed call adds to the rollups. It names nobody: neither the session nor a user or conference. */
export interface Contribution {
  /** When the session started, up to the hour in UTC: `2026-03-01T10`. */
  readonly hour: string;
  readonly verdict: CallVerdict;
  readonly experience: number | null;
  /** Milliseconds; null if no media arrived. */
  readonly setupMs: number | null;
  readonly values: readonly (readonly [dimension: RollupDimension, value: string])[];
}

/** The columns of a session that the rollups count by. */
export type CountedSession = Pick<SessionsTable, 'started_at' | 'user_agent' | 'country' | 'origin'>;

/** Longer values, in UTF-16 code units, are cut: origins are the client's to choose. */
const MAX_VALUE_LENGTH = 128;
/** `2026-03-01T10` */
const HOUR_LENGTH = 13;
/** Lower bounds of the bands of the experience score, and their names. */
const BANDS = [
  [80, '80-100'],
  [60, '60-79'],
  [40, '40-59'],
  [20, '20-39'],
  [0, '0-19'],
] as const;

/** Positions of properties in the list that `contributionText` writes, to find the analyses of calls that have them. */
export const CONTRIBUTED = { os: 5, network: 8, route: 9 } as const;

/**
 * The text of what an analysis of a session adds to the rollups: a list in the order of `parseContribution`, short
 * because each analysis has one.
 */
export function contributionText(session: CountedSession, analysis: AnalysisRow): string {
  const { browser, os } = cachedClient(session.user_agent);
  return JSON.stringify([
    session.started_at.slice(0, HOUR_LENGTH),
    analysis.verdict,
    analysis.experience === null ? null : Math.round(analysis.experience),
    analysis.call.setupMs === null ? null : Math.round(analysis.call.setupMs),
    valueText(browser),
    valueText(os),
    session.country,
    valueText(session.origin),
    analysis.call.network,
    analysis.call.route,
    ...analysis.problems.map(({ name }) => name),
  ]);
}

export function parseContribution(text: string): Contribution {
  const [hour, verdict, experience, setupMs, browser, os, country, origin, network, route, ...problems] = JSON.parse(
    text,
  ) as [string, CallVerdict, number | null, number | null, ...(string | null)[]];
  const known: [RollupDimension, string | null | undefined][] = [
    ['browser', browser],
    ['os', os],
    ['country', country],
    ['origin', origin],
    ['network', network],
    ['route', route],
  ];
  return {
    hour,
    verdict,
    experience,
    setupMs,
    values: [
      ['all', ''],
      ...known.map(([dimension, value]) => [dimension, value ?? UNKNOWN] as const),
      ['score', bandOf(experience)],
      ...problems.map((name) => ['observation', name ?? UNKNOWN] as const),
    ],
  };
}

function bandOf(experience: number | null): string {
  if (experience === null) return UNKNOWN;
  return BANDS.find(([least]) => experience >= least)?.[1] ?? UNKNOWN;
}

function valueText(value: string | null): string | null {
  return value === null || value === '' ? null : toText(value.slice(0, MAX_VALUE_LENGTH));
}

/** Parsing a user agent costs more than everything else here, and most calls have one of few. */
const clients = new Map<string | null, Client>();
const MAX_CLIENTS = 1000;

function cachedClient(userAgent: string | null): Client {
  const known = clients.get(userAgent);
  if (known) return known;
  const client = clientOf(userAgent);
  if (clients.size >= MAX_CLIENTS) clients.clear();
  clients.set(userAgent, client);
  return client;
}
