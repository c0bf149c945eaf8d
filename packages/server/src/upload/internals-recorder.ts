import { randomUUIDv7 } from 'node:crypto';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { concatenate, DumpError } from '@rtcstats-server/dump';
import type { CleanDump } from '@rtcstats-server/privacy';
import { errorCode } from '../errors/error-code.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { endTimes } from '../session/call-times.ts';
import type { SessionOrigin } from '../session/origin.ts';
import type { SessionContext } from '../session/session.ts';
import type { InternalsJob, InternalsResult } from './internals-worker.ts';
import { JsonWeight, WEIGHT_PER_BYTE } from './json-weight.ts';
import type { Uploader } from './uploader.ts';

/** No status code was received (RFC 6455, 7.1.5): there was no connection. */
const NO_STATUS = 1005;
/** Time limit in milliseconds. Real dumps take one second per 16 MiB. */
const MAX_PAUSE_MS = 60_000;
/** Limit of the worker's heap, in MiB. V8 ignores it inside JSON.parse; `JsonWeight` bounds the input instead. */
const HEAP_MIB = 2048;
/** TypeScript in the checkout, JavaScript in the published package: the worker has the extension of this module. */
const WORKER = new URL(`./internals-worker${extname(import.meta.filename)}`, import.meta.url);

/** One dump at a time, because it is one JSON text of which several copies are in memory while it is anonymized. */
let busy = false;

/**
 * Records a webrtc-internals dump. The stored dump keeps the format: it is the same JSON text, anonymized.
 *
 * @returns the id of its session
 * @throws GatewayError DUMP_TOO_LARGE, UPLOAD_EMPTY, TRY_AGAIN_LATER; DumpError
 */
export async function recordInternals(
  chunks: AsyncIterable<Uint8Array>,
  uploader: Uploader,
  context: SessionContext,
): Promise<string> {
  if (busy) throw new GatewayError('TRY_AGAIN_LATER', 'Another webrtc-internals dump is being read');
  busy = true;
  try {
    return await record(await collect(chunks, context.internalsBytes), uploader, context);
  } finally {
    busy = false;
  }
}

async function record(bytes: Uint8Array<ArrayBuffer>, uploader: Uploader, context: SessionContext): Promise<string> {
  const uploadedAt = Date.now();
  const origin: SessionOrigin = {
    ...uploader,
    url: '/',
    origin: null,
    userAgent: null,
    remoteAddresses: [],
    clientProtocol: null,
    upload: { startTime: undefined },
  };
  const session = { id: randomUUIDv7(), uploadedAt, origin };
  const result = await anonymized({ bytes, session, ...context.policies.portable(uploader.preset, uploadedAt) });
  if ('code' in result) throw new DumpError(result.code);
  const { clean, facts, receipt, messages, start, duration } = result;
  if (messages === 0) throw new GatewayError('UPLOAD_EMPTY');
  context.counts.receipt(receipt, uploader.network);
  const end = { ...endTimes(start, duration, Date.now()), closeCode: NO_STATUS, messages, receipt };
  // The anonymizer in the worker made these bytes; the type brand is lost in postMessage.
  context.finish(await context.spool.store(facts, clean as Uint8Array as CleanDump, end));
  context.counts.sessions.closed++;
  return facts.id;
}

/** Anonymizes in a worker thread. @throws GatewayError DUMP_TOO_LARGE when that takes too much memory or time */
async function anonymized(workerData: InternalsJob): Promise<InternalsResult> {
  const worker = new Worker(WORKER, {
    workerData,
    transferList: [workerData.bytes.buffer],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  const { promise, resolve, reject } = Promise.withResolvers<InternalsResult>();
  const late = setTimeout(() => reject(tooMuch()), MAX_PAUSE_MS);
  worker.once('message', resolve);
  worker.once('error', (error) => reject(isOutOfMemory(error) ? tooMuch() : error));
  worker.once('exit', () => reject(new GatewayError('INTERNAL')));
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    await worker.terminate();
  }
}

function isOutOfMemory(error: unknown): boolean {
  return errorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooMuch(): GatewayError {
  return new GatewayError('DUMP_TOO_LARGE', 'The webrtc-internals dump is too large to be read in memory', {
    todo: 'Raise server.limits.internalsBytes, or have it anonymized by `rtcstats-server anonymize`.',
  });
}

async function collect(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  const weight = new JsonWeight();
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes || weight.add(chunk) > maxBytes * WEIGHT_PER_BYTE) throw tooMuch();
    pieces.push(chunk);
  }
  return concatenate(pieces, length);
}
