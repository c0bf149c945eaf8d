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
import type { Receipt } from '@rtcstats-server/privacy';
import { GatewayError } from '../errors/gateway-error.ts';
import { Session, type SessionConnection, type SessionContext } from '../session/session.ts';
import { CallClock } from './call-clock.ts';
import { recordInternals } from './internals-recorder.ts';
import { UploadLimits } from './upload-limits.ts';
import { NO_METADATA, type UploadedMetadata, uploadedMetadata } from './uploaded-metadata.ts';
import type { Uploader } from './uploader.ts';

const ACCEPTED =
  'Accepted are rtcstats dumps of file format 3, recordings (one message per line) and webrtc-internals dumps, plain or gzipped';
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
  uploader: Uploader,
  context: SessionContext,
  messageBytes: number,
): Promise<string> {
  const limits = new UploadLimits(context.dumpBytes);
  try {
    const content = withoutByteOrderMark(limits.decompressed(dumpBytes(limits.received(chunks))));
    const { start, chunks: whole } = await peekBytes(content, KIND_BYTES);
    const kind = kindOf(start);
    if (kind === 'webrtc-internals') return await recordInternals(whole, uploader, context);
    if (kind === 'dump' || kind === 'recording') {
      return await recordLines(readLines(whole, messageBytes), kind, uploader, context);
    }
    await whole.return?.();
    throw notADump(kind);
  } catch (error) {
    throw error instanceof DumpError ? uploadError(error) : error;
  }
}

async function recordLines(
  lines: AsyncIterable<Line>,
  kind: 'dump' | 'recording',
  uploader: Uploader,
  context: SessionContext,
): Promise<string> {
  // A recording begins with its first message.
  let metadata: UploadedMetadata | undefined = kind === 'recording' ? NO_METADATA : undefined;
  let session: Session | undefined;
  let ended: Parameters<SessionConnection['end']>[0] | undefined;
  const connection: SessionConnection = {
    end(reason): void {
      ended ??= reason;
    },
  };
  const clock = new CallClock();
  /**
   * The last line so far. It is held back because a close event that the server wrote is not a message of the client.
   */
  let last: Uint8Array | undefined;
  try {
    for await (const { number, bytes, terminated, tooLong } of lines) {
      if (tooLong) throw new GatewayError('MESSAGE_TOO_LARGE');
      if (!terminated && !isWhole(bytes)) throw new GatewayError('UPLOAD_TRUNCATED');
      if (metadata === undefined) {
        if (number === 2) metadata = metadataOf(bytes);
      } else if (bytes.length > 0) {
        if (last !== undefined) {
          session!.message(last);
          await session!.busy;
        }
        clock.add(bytes);
        session ??= newSession(metadata, clock, uploader, context, connection);
        // A copy: the bytes are only valid until the next line is requested.
        last = bytes.slice();
      }
      if (ended !== undefined) throw new GatewayError(ended);
    }
    if (metadata === undefined) throw new GatewayError('UPLOAD_TRUNCATED');
    const close = last === undefined ? undefined : closeOf(last);
    if (last !== undefined && close === undefined) session!.message(last);
    await session?.busy;
    if (ended !== undefined) throw new GatewayError(ended);
    if (!session?.begun) throw new GatewayError('UPLOAD_EMPTY', whyEmpty(session?.dropped ?? {}));
    const made = { delta: close?.delta ?? 0, duration: clock.duration };
    if (!(await session.close(close?.code ?? NO_STATUS, made))) throw new GatewayError('INTERNAL');
    return session.id;
  } catch (error) {
    session?.discard();
    throw error;
  }
}

function metadataOf(line: Uint8Array): UploadedMetadata {
  const metadata = uploadedMetadata(line);
  if (metadata !== undefined) return metadata;
  throw notAccepted('The upload is not a dump of file format 3: its metadata cannot be read');
}

/** @param clock has the first event, which says when the call began if the metadata does not */
function newSession(
  { startTime, ...origin }: UploadedMetadata,
  clock: CallClock,
  uploader: Uploader,
  context: SessionContext,
  connection: SessionConnection,
): Session {
  return new Session(context, connection, {
    ...origin,
    ...uploader,
    upload: { startTime: startTime ?? clock.start },
  });
}

function notADump(kind: DumpKind): GatewayError {
  switch (kind) {
    case 'empty':
    case 'torn':
      return new GatewayError('UPLOAD_TRUNCATED');
    case 'legacy':
      return notAccepted('The upload is a dump of file format 1 or 2, which is not supported');
    case 'about-webrtc':
      return notAccepted("The upload is from Firefox's about:webrtc, which is not supported");
    default:
      return notAccepted('The upload is not a dump');
  }
}

/** The message of `UPLOAD_EMPTY` for a dump of which events were dropped; undefined if it has no events at all. */
function whyEmpty({ custom = 0, ...others }: Receipt['dropped']): string | undefined {
  const unreadable = Object.values(others).reduce((sum, number) => sum + number, 0);
  const reasons = [
    custom > 0 ? `the policy drops events of the application (${custom})` : '',
    unreadable > 0 ? `some lines are not events (${unreadable})` : '',
  ].filter((reason) => reason !== '');
  if (reasons.length === 0) return undefined;
  return `There is no event in the uploaded dump that can be stored: ${reasons.join(', and ')}`;
}

/** The answer of an upload has the message alone, so it says what is accepted. */
function notAccepted(message: string): GatewayError {
  return new GatewayError('NOT_A_DUMP', `${message}. ${ACCEPTED}`);
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
    : notAccepted('The upload is not a dump, or is damaged');
}
