import { parentPort, workerData } from 'node:worker_threads';
import {
  DumpError,
  type DumpErrorCode,
  type InternalsDump,
  internalsPeriod,
  readInternalsDump,
} from '@rtcstats-server/dump';
import {
  Anonymizer,
  anonymizeInternals,
  compilePolicy,
  type Policy,
  type PseudonymKey,
  type Receipt,
} from '@rtcstats-server/privacy';
import { callStart } from '../session/call-times.ts';
import { type HeaderSource, sessionHeader } from '../session/session-header.ts';
import type { SessionHeader } from '../spool/record.ts';
import { MIN_CALL_TIME } from './call-clock.ts';

/** The input of the worker. */
export interface InternalsJob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly policy: Policy;
  readonly key: PseudonymKey;
  /** The header of the session, except for what the worker reads from the dump. */
  readonly session: Omit<HeaderSource, 'policy' | 'identity' | 'startedAt'> & {
    /** Milliseconds since the epoch. */
    readonly uploadedAt: number;
  };
}

/** The answer of the worker. */
export type InternalsResult =
  | {
      readonly clean: Uint8Array<ArrayBuffer>;
      readonly facts: SessionHeader;
      readonly receipt: Receipt;
      readonly messages: number;
      /**
       * When the call began, in milliseconds since the epoch, and how long it lasted; undefined if the dump does not
       * say it.
       */
      readonly start: number | undefined;
      readonly duration: number | undefined;
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
    const { start, duration } = callIn(dump, session.uploadedAt);
    const startedAt = start ?? session.uploadedAt;
    const source = { ...session, startedAt, origin, policy: compiled, identity: null };
    const facts = sessionHeader(anonymizer, () => undefined, source);
    const receipt = anonymizer.receipt();
    return { clean: new Uint8Array(clean), facts, receipt, messages: eventsIn(dump), start, duration };
  } catch (error) {
    if (error instanceof DumpError) return { code: error.code };
    throw error;
  }
}

function callIn(dump: InternalsDump, uploadedAt: number): { start: number | undefined; duration: number | undefined } {
  const period = internalsPeriod(dump);
  if (period === undefined || period.start < MIN_CALL_TIME) return { start: undefined, duration: undefined };
  return { start: callStart(period.start, uploadedAt), duration: period.end - period.start };
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
