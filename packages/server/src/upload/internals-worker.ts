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

/** What the worker is given. */
export interface InternalsJob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly policy: Policy;
  readonly key: PseudonymKey;
  /** What it takes from the dump is put in. */
  readonly session: Omit<HeaderSource, 'policy' | 'identity'>;
}

/** What it answers. */
export type InternalsResult =
  | {
      readonly clean: Uint8Array<ArrayBuffer>;
      readonly facts: SessionHeader;
      readonly receipt: Receipt;
      readonly messages: number;
    }
  | { readonly code: DumpErrorCode };

/** A dump of some MiB takes seconds, in which no socket would be read and nothing flushed: it has a thread of its own. */
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

/** Calls and events, of media devices and of peer connections. */
function eventsIn({ getUserMedia, PeerConnections }: InternalsDump): number {
  const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
  return Object.values(PeerConnections).reduce(
    (sum, { updateLog }) => sum + lengthOf(updateLog),
    lengthOf(getUserMedia),
  );
}

const result = await work(workerData as InternalsJob);
parentPort?.postMessage(result, 'clean' in result ? [result.clean.buffer] : []);
