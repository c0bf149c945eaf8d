import { DUMP_HEAD, DumpError, decodeEvent, dumpBytes, type Line, peekBytes, readLines } from '@rtcstats-server/dump';
import { GatewayError } from '../errors/gateway-error.ts';
import type { SessionOrigin } from '../session/origin.ts';
import { Session, type SessionContext } from '../session/session.ts';
import { recordInternals } from './internals-recorder.ts';
import { UploadLimits } from './upload-limits.ts';
import { uploadedMetadata } from './uploaded-metadata.ts';

/** Who a dump belongs to, by the request. */
export type UploadIdentity = Pick<SessionOrigin, 'user' | 'conference' | 'session' | 'signed' | 'preset' | 'forward'>;

/** How much is looked at to tell a webrtc-internals dump. */
const PEEK_BYTES = 64 * 1024;
/** No status code was received (RFC 6455, 7.1.5): the dump does not say how its connection ended. */
const NO_STATUS = 1005;

/**
 * Takes in a dump that was recorded elsewhere, line by line through a session like any other. Nothing is left of one that turns out not
 * to be a whole dump.
 *
 * @returns the id of its session
 * @throws GatewayError NOT_A_DUMP, UPLOAD_TRUNCATED, UPLOAD_EMPTY, MESSAGE_TOO_LARGE, DUMP_TOO_LARGE, TRY_AGAIN_LATER, INTERNAL, or what
 *   `chunks` throws
 */
export async function recordUpload(
  chunks: AsyncIterable<Uint8Array>,
  identity: UploadIdentity,
  context: SessionContext,
  messageBytes: number,
): Promise<string> {
  const limits = new UploadLimits(context.dumpBytes);
  try {
    const content = limits.decompressed(dumpBytes(limits.received(chunks)));
    const { start, chunks: whole } = await peekBytes(content, PEEK_BYTES);
    if (isInternals(start)) return await recordInternals(whole, identity, context);
    return await recordLines(readLines(whole, messageBytes), identity, context);
  } catch (error) {
    throw error instanceof DumpError ? uploadError(error) : error;
  }
}

async function recordLines(
  lines: AsyncIterable<Line>,
  identity: UploadIdentity,
  context: SessionContext,
): Promise<string> {
  let session: Session | undefined;
  let ended: 'DUMP_TOO_LARGE' | 'INTERNAL' | undefined;
  const connection = {
    end(reason: 'DUMP_TOO_LARGE' | 'INTERNAL'): void {
      ended ??= reason;
    },
  };
  /** The last line so far: the close event of the recording is no message of the client's. */
  let last: Uint8Array | undefined;
  try {
    for await (const { number, bytes, terminated, tooLong } of lines) {
      if (tooLong) throw new GatewayError('MESSAGE_TOO_LARGE');
      if (number === 1 && !isHead(bytes)) throw new GatewayError('NOT_A_DUMP', 'The upload is no dump');
      if (!terminated && !isWhole(bytes)) throw new GatewayError('UPLOAD_TRUNCATED');
      if (number === 1) continue;
      if (number === 2) {
        session = newSession(bytes, identity, context, connection);
      } else if (bytes.length > 0) {
        if (last !== undefined) session!.message(last);
        // Its bytes are good until the next line is asked for.
        last = bytes.slice();
      }
      if (ended !== undefined) throw new GatewayError(ended);
    }
    if (session === undefined) throw new GatewayError('UPLOAD_TRUNCATED');
    const close = last === undefined ? undefined : closeOf(last);
    if (last !== undefined && close === undefined) session.message(last);
    if (ended !== undefined) throw new GatewayError(ended);
    if (!session.begun) throw new GatewayError('UPLOAD_EMPTY');
    if (!session.close(close?.code ?? NO_STATUS, close?.delta ?? 0)) throw new GatewayError('INTERNAL');
    return session.id;
  } catch (error) {
    session?.discard();
    throw error;
  }
}

function newSession(
  line: Uint8Array,
  identity: UploadIdentity,
  context: SessionContext,
  connection: ConstructorParameters<typeof Session>[1],
): Session {
  const metadata = uploadedMetadata(line);
  if (metadata === undefined) {
    throw new GatewayError('NOT_A_DUMP', 'The upload is no dump of file format 3: its metadata cannot be read');
  }
  const { startTime, ...origin } = metadata;
  return new Session(context, connection, { ...origin, ...identity, upload: { startTime } });
}

function isHead(line: Uint8Array): boolean {
  return line.length === DUMP_HEAD.length && new TextDecoder().decode(line) === DUMP_HEAD;
}

/** A last line without a line break may be one that was cut. */
function isWhole(line: Uint8Array): boolean {
  return line.length === 0 || jsonOf(line) !== undefined;
}

function isInternals(start: Uint8Array): boolean {
  const text = new TextDecoder().decode(start);
  // Its first keys, in the order of this or that version of Chromium.
  return /^\uFEFF?\s*\{/.test(text) && /"(PeerConnections|getUserMedia|UserAgentData?)"\s*:/.test(text);
}

/** The event that a server ends a dump with: `["close", null, code, delta]`. */
function closeOf(line: Uint8Array): { readonly code: number; readonly delta: number } | undefined {
  const event = decodeEvent(jsonOf(line));
  if (event?.method !== 'close' || event.scope !== null || event.extra.length > 0) return undefined;
  const { value: code, delta } = event;
  return typeof code === 'number' && Number.isInteger(code) && code >= 1000 && code <= 4999
    ? { code, delta }
    : undefined;
}

function jsonOf(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(line));
  } catch {
    return undefined;
  }
}

function uploadError({ code }: DumpError): GatewayError {
  if (code === 'DUMP_TOO_LARGE') return new GatewayError('DUMP_TOO_LARGE');
  return code === 'DUMP_TRUNCATED'
    ? new GatewayError('UPLOAD_TRUNCATED')
    : new GatewayError('NOT_A_DUMP', 'The upload is no dump, or damaged');
}
