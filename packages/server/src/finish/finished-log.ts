import type { Log } from '../log/log.ts';
import type { StoredSession } from './finisher.ts';

/** Logs that a session is finished, and what went wrong with its analysis. */
export function logFinished(log: Log, { row, analysis }: StoredSession): void {
  const { id, state, messages, bytes } = row;
  const fields = { session: id, state, messages, bytes, ...(analysis && { verdict: analysis.verdict }) };
  log[state === 'quarantined' ? 'error' : 'info'](fields, 'session finished');
  const { failure = null, failedDetectors = [] } = analysis ?? {};
  if (failure !== null) log.warn({ session: id, failure }, 'a dump could not be analyzed');
  if (failedDetectors.length > 0) log.warn({ session: id, failedDetectors }, 'detectors failed on a dump');
}
