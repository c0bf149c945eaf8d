import {
  DumpError,
  type DumpKind,
  decodeEvent,
  dumpBytes,
  KIND_BYTES,
  kindOf,
  type Line,
  peekBytes,
  readLines,
  withoutByteOrderMark,
} from '@rtcstats-server/dump';
import type { RequestIdentity } from '../auth/query-identity.ts';
import { GatewayError } from '../errors/gateway-error.ts';
import { Session, type SessionContext } from '../session/session.ts';
import { recordInternals } from './internals-recorder.ts';
import { UploadLimits } from './upload-limits.ts';
import { uploadedMetadata } from './uploaded-metadata.ts';

/** No status code was received (RFC 6455, 7.1.5): the dump does not say how its connection ended. */
const NO_STATUS = 1005;

/**
 * Records a dump that was made elsewhere. Its lines go through a `Session`, like the messages of a connected client, so
 * the same anonymizer, limits and spool apply. If the upload turns out to be incomplete, everything recorded of it is
 * discarded.
 *
 * @returns the id of its session
 * @throws GatewayError NOT_A_DUMP, UPLOAD_TRUNCATED, UPLOAD_EMPTY, MESSAGE_TOO_LARGE, DUMP_TOO_LARGE, TRY_AGAIN_LATER,
 *   INTERNAL, or what `chunks` throws
 */
export async function recordUpload(
  chunks: AsyncIterable<Uint8Array>,
  identity: RequestIdentity,
  context: SessionContext,
  messageBytes: number,
): Promise<string> {
  const limits = new UploadLimits(context.dumpBytes);
  try {
    const content = withoutByteOrderMark(limits.decompressed(dumpBytes(limits.received(chunks))));
    const { start, chunks: whole } = await peekBytes(content, KIND_BYTES);
    const kind = kindOf(start);
    if (kind === 'webrtc-internals') return await recordInternals(whole, identity, context);
    if (kind === 'dump') return await recordLines(readLines(whole, messageBytes), identity, context);
    await whole.return?.();
    throw notADump(kind);
  } catch (error) {
    throw error instanceof DumpError ? uploadError(error) : error;
  }
}

async function recordLines(
  lines: AsyncIterable<Line>,
  identity: RequestIdentity,
  context: SessionContext,
): Promise<string> {
  let session: Session | undefined;
  let ended: 'DUMP_TOO_LARGE' | 'INTERNAL' | undefined;
  const connection = {
    end(reason: 'DUMP_TOO_LARGE' | 'INTERNAL'): void {
      ended ??= reason;
    },
  };
  /**
   * The last line so far. It is held back because a close event that the server wrote is not a message of the client.
   */
  let last: Uint8Array | undefined;
  try {
    for await (const { number, bytes, terminated, tooLong } of lines) {
      if (tooLong) throw new GatewayError('MESSAGE_TOO_LARGE');
      if (!terminated && !isWhole(bytes)) throw new GatewayError('UPLOAD_TRUNCATED');
      if (number === 1) continue;
      if (number === 2) {
        session = newSession(bytes, identity, context, connection);
      } else if (bytes.length > 0) {
        if (last !== undefined) {
          session!.message(last);
          await session!.busy;
        }
        // A copy: the bytes are only valid until the next line is requested.
        last = bytes.slice();
      }
      if (ended !== undefined) throw new GatewayError(ended);
    }
    if (session === undefined) throw new GatewayError('UPLOAD_TRUNCATED');
    const close = last === undefined ? undefined : closeOf(last);
    if (last !== undefined && close === undefined) session.message(last);
    await session.busy;
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
  identity: RequestIdentity,
  context: SessionContext,
  connection: ConstructorParameters<typeof Session>[1],
): Session {
  const metadata = uploadedMetadata(line);
  if (metadata === undefined) {
    throw new GatewayError('NOT_A_DUMP', 'The upload is not a dump of file format 3: its metadata cannot be read');
  }
  const { startTime, ...origin } = metadata;
  return new Session(context, connection, { ...origin, ...identity, upload: { startTime } });
}

function notADump(kind: DumpKind): GatewayError {
  switch (kind) {
    case 'empty':
    case 'torn':
      return new GatewayError('UPLOAD_TRUNCATED');
    case 'recording':
      return new GatewayError('NOT_A_DUMP', 'The upload has no head, which a dump of file format 3 begins with');
    case 'legacy':
      return new GatewayError('NOT_A_DUMP', 'The upload is a dump of file format 1 or 2, which is not supported');
    default:
      return new GatewayError('NOT_A_DUMP', 'The upload is not a dump');
  }
}

/** A last line without a line break may be one that was cut off. */
function isWhole(line: Uint8Array): boolean {
  return line.length === 0 || jsonOf(line) !== undefined;
}

/** The event with which a server ends a dump: `["close", null, code, delta]`. */
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
    : new GatewayError('NOT_A_DUMP', 'The upload is not a dump, or is damaged');
}
