import type { ConferenceAnalysis, MissingReason } from '@rtcstats-server/api';
import { type ConferenceSession, conferenceCalls, conferenceSession } from '@rtcstats-server/insights';
import { browserName } from '@rtcstats-server/insights/browser';
import { ANALYSIS_VERSION } from '@rtcstats-server/insights/verdict';
import type { SessionRow } from '../catalog/sessions.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import type { Sessions } from './sessions.ts';

/** Sessions of a conference that are compared, the newest ones; a room can have been in use for years. */
const MAX_SESSIONS = 2000;
const PAGE = 500;

/**
 * Compares the sessions of a conference by their stored analyses. No dump is read, and one analysis at a time is in
 * memory.
 *
 * @param name as the application names it, or as it is in the catalog
 * @throws GatewayError SESSION_NOT_FOUND if the conference has no sessions
 */
export async function analyzeConference(sessions: Sessions, name: string): Promise<ConferenceAnalysis> {
  const compared: ConferenceSession[] = [];
  const missing: { readonly session: string; readonly why: MissingReason }[] = [];
  let cursor: string | null = null;
  do {
    const query = { conference: name, limit: PAGE, ...(cursor !== null && { cursor }) };
    const page = await sessions.list(query);
    for (const row of page.sessions) {
      const found = await comparable(sessions, row);
      if (typeof found === 'string') missing.push({ session: row.id, why: found });
      else compared.push(found);
    }
    cursor = page.nextCursor;
  } while (cursor !== null && compared.length + missing.length < MAX_SESSIONS);
  if (compared.length + missing.length === 0) {
    throw new GatewayError('SESSION_NOT_FOUND', 'There are no sessions of this conference');
  }
  const calls = conferenceCalls(compared);
  return { analysisVersion: ANALYSIS_VERSION, calls, missing, more: cursor !== null };
}

async function comparable(sessions: Sessions, row: SessionRow): Promise<ConferenceSession | MissingReason> {
  const { id, state, startedAt, endedAt, user, userAgent } = row;
  if (state !== 'stored') return state;
  const analysis = await sessions.storedAnalysis(id);
  if (analysis === undefined) return 'notAnalyzed';
  const start = Date.parse(startedAt);
  const end = endedAt === null ? start : Date.parse(endedAt);
  const browser = userAgent === null ? null : browserName(userAgent).replace(/ on .*/, '');
  return conferenceSession({ id, user, start, end, browser }, analysis);
}
