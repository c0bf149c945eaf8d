import { randomUUIDv7 } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { concatenate, DumpError, MAX_INTERNALS_BYTES } from '@rtcstats-server/dump';
import type { CleanDump } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors.ts';
import type { InternalsJob, InternalsResult } from './internals-worker.ts';
import type { SessionContext, SessionOrigin } from './session.ts';

/** No status code was received (RFC 6455, 7.1.5): there was no connection. */
const NO_STATUS = 1005;
/** It is one JSON text, held in memory several times over while it is anonymized: one at a time. */
let busy = false;

/**
 * Takes in a webrtc-internals dump. It keeps its format: the stored dump is its JSON text, anonymized.
 *
 * @returns the id of its session
 * @throws GatewayError DUMP_TOO_LARGE, UPLOAD_EMPTY, TRY_AGAIN_LATER; DumpError
 */
export async function recordInternals(
  chunks: AsyncIterable<Uint8Array>,
  identity: Pick<SessionOrigin, 'user' | 'conference' | 'session' | 'signed' | 'preset' | 'forward'>,
  context: SessionContext,
): Promise<string> {
  if (busy) throw new GatewayError('TRY_AGAIN_LATER', 'Another webrtc-internals dump is being read');
  busy = true;
  try {
    return await record(await wholeOf(chunks), identity, context);
  } finally {
    busy = false;
  }
}

async function record(
  bytes: Uint8Array,
  identity: Parameters<typeof recordInternals>[1],
  context: SessionContext,
): Promise<string> {
  const startedAt = Date.now();
  const origin: SessionOrigin = {
    ...identity,
    url: '/',
    origin: null,
    userAgent: null,
    remoteAddresses: [],
    clientProtocol: null,
    upload: { startTime: undefined },
  };
  const session = { id: randomUUIDv7(), startedAt, origin };
  const result = await anonymized({ bytes, session, ...context.policies.portable(identity.preset, startedAt) });
  if ('code' in result) throw new DumpError(result.code);
  const { clean, facts, receipt, messages } = result;
  if (messages === 0) throw new GatewayError('UPLOAD_EMPTY');
  context.counts.receipt(receipt);
  const end = { endedAt: new Date().toISOString(), closeCode: NO_STATUS, messages, receipt };
  // The anonymizer made it, in the worker: a brand does not travel.
  context.finish(await context.spool.store(facts, clean as Uint8Array as CleanDump, end));
  context.counts.sessions.closed++;
  return facts.id;
}

function anonymized(workerData: InternalsJob): Promise<InternalsResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./internals-worker.ts', import.meta.url), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new GatewayError('INTERNAL')));
  });
}

async function wholeOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MAX_INTERNALS_BYTES) throw new GatewayError('DUMP_TOO_LARGE');
    pieces.push(chunk);
  }
  return concatenate(pieces, length);
}
