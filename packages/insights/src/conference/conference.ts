import { type Interval, isWorse } from '../observations/observation.ts';
import type { ConferenceCall, ConferenceObservation, ConferenceSession } from './contract.ts';
import { judgeGroups } from './groups.ts';
import { participantsOf } from './participants.ts';
import { judgeSides } from './sides.ts';

/**
 * Compares the sessions of a conference, and says where the cause of their problems is. The order of the sessions does
 * not matter. Time and memory grow with the number of sessions, which the caller limits.
 *
 * Only directions are compared. Analyses have no SSRC, and the ids of a track differ between sender and receiver in
 * recordings of Chromium 156 and Firefox 153, so nobody can tell from them which receiver hears which sender.
 */
export function conferenceCalls(sessions: readonly ConferenceSession[]): ConferenceCall[] {
  return callsOf(sessions).map(judge);
}

/** Splits sessions into calls: one begins when everybody has left the last one. */
function callsOf(sessions: readonly ConferenceSession[]): ConferenceSession[][] {
  const calls: ConferenceSession[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const session of sessions.toSorted((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))) {
    const call = calls.at(-1);
    if (call === undefined || session.start > end) calls.push([session]);
    else call.push(session);
    end = Math.max(end, session.end);
  }
  return calls;
}

function judge(sessions: readonly ConferenceSession[]): ConferenceCall {
  const participants = participantsOf(sessions);
  const from = Math.min(...sessions.map(({ start }) => start));
  const to = Math.max(...sessions.map(({ end }) => end));
  const call: Interval = [from, to];
  const relays = judgeGroups(participants, 'relay', call);
  const browsers = judgeGroups(participants, 'browser', call);
  const explained = new Set([...relays.explained, ...browsers.explained]);
  const downlinks = judgeSides(participants, 'in', explained);
  const uplinks = judgeSides(participants, 'out', explained);
  const judged = [downlinks, uplinks, relays, browsers];
  const uncertainties = sessions.flatMap(({ uncertainty }) => uncertainty ?? []);
  return {
    from,
    to,
    participants: participants.length,
    sessions: sessions.map(({ id }) => id),
    clockUncertaintyMs: uncertainties.length === 0 ? null : Math.max(...uncertainties),
    observations: judged.flatMap(({ observations }) => observations).toSorted(worstFirst),
    notJudged: judged.flatMap(({ notJudged }) => notJudged),
  };
}

function worstFirst(a: ConferenceObservation, b: ConferenceObservation): number {
  if (a.severity === b.severity) return 0;
  return isWorse(a.severity, b.severity) ? -1 : 1;
}
