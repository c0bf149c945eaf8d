import { parentPort, workerData } from 'node:worker_threads';
import { DumpError, type DumpErrorCode, type InternalsDump, readInternalsDump } from '@rtcstats-server/dump';
import {
  Anonymizer,
  anonymizeInternals,
  compilePolicy,
  type Policy,
  type PseudonymKey,
  type Receipt,
} from '@rtcstats-server/privacy';
import { type HeaderSource, sessionHeader } from '../session/session-header.ts';
import type { SessionHeader } from '../spool/record.ts';

/** The input of the worker. */
export interface InternalsJob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly policy: Policy;
  readonly key: PseudonymKey;
  /** The header of the session, except for what the worker reads from the dump. */
  readonly session: Omit<HeaderSource, 'policy' | 'identity'>;
}

/** The answer of the worker. */
export type InternalsResult =
  | {
      readonly clean: Uint8Array<ArrayBuffer>;
      readonly facts: SessionHeader;
      readonly receipt: Receipt;
      readonly messages: number;
    }
  | { readonly code: DumpErrorCode };

/**
 * Runs in a thread of its own, because a dump of a few MiB blocks it for seconds in which no socket would be served.
 */
async function work({ bytes, policy, key, session }: InternalsJob): Promise<InternalsResult> {
  try {
    const dump = await readInternalsDump(bytes);
    const compiled = compilePolicy(policy, key);
    const anonymizer = new Anonymizer(compiled);
    const clean = await anonymizeInternals(bytes, anonymizer);
    const userAgent = typeof dump.UserAgent === 'string' ? dump.UserAgent : null;
    const origin = { ...session.origin, userAgent };
    const facts = sessionHeader(anonymizer, () => undefined, { ...session, origin, policy: compiled, identity: null });
    return { clean: new Uint8Array(clean), facts, receipt: anonymizer.receipt(), messages: eventsIn(dump) };
  } catch (error) {
    if (error instanceof DumpError) return { code: error.code };
    throw error;
  }
}

/** Counts calls and events, of media devices and of peer connections. */
function eventsIn({ getUserMedia, PeerConnections }: InternalsDump): number {
  const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
  return Object.values(PeerConnections).reduce(
    (sum, { updateLog }) => sum + lengthOf(updateLog),
    lengthOf(getUserMedia),
  );
}

const result = await work(workerData as InternalsJob);
parentPort?.postMessage(result, 'clean' in result ? [result.clean.buffer] : []);
