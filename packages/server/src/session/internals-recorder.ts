import { randomUUIDv7 } from 'node:crypto';
import { concatenate, type InternalsDump, MAX_INTERNALS_BYTES, readInternalsDump } from '@rtcstats-server/dump';
import { Anonymizer, anonymizeInternals } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors.ts';
import { sessionFacts } from './facts.ts';
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
  const dump = await readInternalsDump(bytes);
  const messages = eventsIn(dump);
  if (messages === 0) throw new GatewayError('UPLOAD_EMPTY');
  const now = Date.now();
  const policy = context.policies.current(identity.preset, now);
  const anonymizer = new Anonymizer(policy);
  const clean = await anonymizeInternals(bytes, anonymizer);
  const facts = sessionFacts(anonymizer, context.locate, {
    id: randomUUIDv7(),
    startedAt: now,
    identity: null,
    policy,
    origin: {
      ...identity,
      url: '/',
      origin: null,
      userAgent: typeof dump.UserAgent === 'string' ? dump.UserAgent : null,
      remoteAddresses: [],
      clientProtocol: null,
      upload: { startTime: undefined },
    },
  });
  const receipt = anonymizer.receipt();
  context.counts.receipt(receipt);
  const end = { endedAt: new Date().toISOString(), closeCode: NO_STATUS, messages, receipt };
  context.finish(await context.spool.store(facts, clean, end));
  context.counts.sessions.closed++;
  return facts.id;
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

/** Calls and events, of media devices and of peer connections. */
function eventsIn({ getUserMedia, PeerConnections }: InternalsDump): number {
  const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
  return Object.values(PeerConnections).reduce(
    (sum, { updateLog }) => sum + lengthOf(updateLog),
    lengthOf(getUserMedia),
  );
}
