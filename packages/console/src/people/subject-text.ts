import type { ErasureReceipt, SessionState, SubjectOverviewBody, SubjectQuery } from '@rtcstats-server/api';
import { STATE_WORDS } from '@rtcstats-server/api/states';
import { formatCount, formatPlural } from '../ui/format.ts';

export const KINDS = { user: 'User', conference: 'Conference', session: 'Session' } as const;
export type SubjectKind = keyof typeof KINDS;

/** A person or a call, as somebody typed it. Never part of a URL or of anything that the browser stores. */
export interface Subject {
  readonly kind: SubjectKind;
  readonly name: string;
}

export function queryOf({ kind, name }: Subject): SubjectQuery {
  return { [kind]: name };
}

const PLACES: Readonly<Record<string, string>> = {
  spool: 'Live sessions (spool)',
  dump: 'Dumps (storage, quarantine)',
  catalog: 'Catalog (row, analysis)',
  exports: 'Parquet files',
  deliveries: 'rtcstats.com',
};

/** Outcomes of an erasure, in the order of the columns. */
export const OUTCOMES = ['removed', 'absent', 'pending', 'failed'] as const;

export function placeName(place: string): string {
  return PLACES[place] ?? place;
}

/** `3 sessions: 2 verified, 1 live.`, and the copies in other places that an erasure has to reach. */
export function overviewText({ sessions, states, forwarded, elsewhere }: SubjectOverviewBody): string {
  const listed = Object.entries(states).map(
    ([state, count]) => `${formatCount(count)} ${STATE_WORDS[state as SessionState]}`,
  );
  const sentences = [`${formatPlural(sessions, 'session')}: ${listed.join(', ')}.`];
  if (forwarded > 0) sentences.push(`${formatPlural(forwarded, 'dump')} at rtcstats.com.`);
  if (elsewhere > 0) {
    sentences.push(
      `${formatPlural(elsewhere, 'dump')} in the quarantine of another gateway, which has to run to erase them.`,
    );
  }
  return sentences.join(' ');
}

/** The number of sessions in a receipt, and how many of them were live. */
export function sessionsText({ sessions, live }: ErasureReceipt): string {
  return live === 0 ? formatCount(sessions) : `${formatCount(sessions)}, ${formatCount(live)} of them live and ended`;
}
