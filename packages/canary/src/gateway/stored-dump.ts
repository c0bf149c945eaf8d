import { setTimeout as pause } from 'node:timers/promises';
import { CanaryError } from '../errors/canary-error.ts';
import type { CanarySession, CanarySessions } from './ports.ts';

const POLL_MS = 100;
/** The clock of the gateway may differ from ours by this much. */
const MAX_CLOCK_SKEW_MS = 10 * 60_000;
const MAX_SESSIONS = 1000;

export type FinishedSession = CanarySession & { readonly state: 'stored' | 'quarantined' };

export interface StoredDump {
  readonly session: FinishedSession;
  /** File head, metadata and events, without line feeds. */
  readonly lines: readonly string[];
}

export interface StoredDumpOptions {
  readonly sessions: CanarySessions;
  /** Names that the conference may have in the catalog. */
  readonly conferences: readonly string[];
  /** A text that only the dump of this canary contains. */
  readonly marker: string;
  /** When the canary started, in milliseconds since the epoch. */
  readonly since: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** Waits until the canary's dump is stored, and reads it. @throws CanaryError CANARY_NOT_FOUND */
export async function waitForStoredDump(options: StoredDumpOptions): Promise<StoredDump> {
  const { sessions, conferences, marker, timeout, since, signal } = options;
  const from = new Date(since - MAX_CLOCK_SKEW_MS).toISOString();
  const end = performance.now() + timeout;
  const otherSessions = new Set<string>();
  let unfinished: CanarySession | undefined;
  do {
    unfinished = undefined;
    for (const conference of conferences) {
      const page = await sessions.list({ conference, from, limit: MAX_SESSIONS });
      for (const session of page.sessions) {
        const { id, state } = session;
        if (otherSessions.has(id) || state === 'erased') continue;
        if (state === 'recording' || state === 'closed') {
          unfinished = session;
          continue;
        }
        const dump = await sessions.dump(id);
        if (dump?.includes(marker)) {
          return { session: { ...session, state }, lines: dump.replace(/\n$/, '').split('\n') };
        }
        otherSessions.add(id);
      }
    }
    signal?.throwIfAborted();
    await pause(POLL_MS);
  } while (performance.now() < end);
  throw notFound(unfinished, timeout);
}

function notFound(unfinished: CanarySession | undefined, timeout: number): CanaryError {
  const seconds = timeout / 1000;
  if (unfinished === undefined) {
    return new CanaryError(
      'CANARY_NOT_FOUND',
      `The canary's session did not appear in the catalog within ${seconds} s`,
    );
  }
  return new CanaryError(
    'CANARY_NOT_FOUND',
    `Session ${unfinished.id} of the canary is still ${unfinished.state} after ${seconds} s`,
    { todo: 'Look in the log of the gateway for what delays finishing, or wait longer with --timeout.' },
  );
}
