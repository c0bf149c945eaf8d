import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { GatewayError, isGatewayError } from '../errors/gateway-error.ts';

/** A form has one file; some programs add a few short fields. */
const LIMITS = {
  files: 1,
  fields: 20,
  fieldNameSize: 200,
  fieldSize: 4096,
  parts: 21,
  headerPairs: 20,
  headerSize: 8192,
} as const;
/** How long a client may be silent during its upload, in milliseconds. */
const IDLE_MS = 30_000;
/** Bytes that a client must send per `IDLE_MS`, so that a slow trickle does not occupy one of the few uploads. */
const MIN_BYTES = 64 * 1024;

/**
 * Streams the content of the only file in a form (RFC 7578), with back-pressure. The generator finishes only after the
 * form has ended correctly; everything yielded before may be part of an incomplete file.
 *
 * @param signal aborts the upload with a GatewayError as its reason
 * @throws GatewayError UPLOAD_MALFORMED, UPLOAD_TRUNCATED, or the signal's reason
 */
export async function* uploadedFile(request: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  signal.throwIfAborted();
  if (!/^multipart\/form-data\s*;/i.test(request.headers['content-type'] ?? '')) {
    throw new GatewayError('UPLOAD_MALFORMED', 'The request is not multipart/form-data');
  }
  const form = createForm(request);
  const file = Promise.withResolvers<Readable>();
  const finished = Promise.withResolvers<void>();
  let stream: Readable | undefined;
  const fail = (error: GatewayError): void => {
    file.reject(error);
    finished.reject(error);
    stream?.destroy(error);
  };
  const truncated = (): void => fail(new GatewayError('UPLOAD_TRUNCATED'));
  const stopped = (): void => fail(signal.reason as GatewayError);
  // Avoid an unhandled rejection on whichever promise is not awaited.
  file.promise.catch(ignore);
  finished.promise.catch(ignore);

  form.once('file', (_name: string, content: Readable) => {
    stream = content;
    // The form emits the same error.
    content.on('error', ignore);
    file.resolve(content);
  });
  form.once('filesLimit', () => fail(new GatewayError('UPLOAD_MALFORMED', 'The form has more than one file')));
  // Busboy only emits errors for forms that end early or never begin.
  form.on('error', truncated);
  form.once('finish', () => {
    file.reject(new GatewayError('UPLOAD_MALFORMED', 'The form has no file'));
    finished.resolve();
  });
  signal.addEventListener('abort', stopped);
  request.once('aborted', truncated);
  request.once('error', truncated);
  request.socket.setTimeout(IDLE_MS, truncated);
  let receivedBytes = 0;
  request.on('data', (chunk: Buffer) => {
    receivedBytes += chunk.length;
  });
  const rate = setInterval(() => {
    // A paused client cannot send, so its rate says nothing.
    if (receivedBytes < MIN_BYTES && !request.isPaused()) truncated();
    receivedBytes = 0;
  }, IDLE_MS);
  request.pipe(form);
  try {
    yield* await file.promise;
    await finished.promise;
  } catch (error) {
    // The error of the part, when the form ends within the file.
    throw isGatewayError(error) ? error : new GatewayError('UPLOAD_TRUNCATED');
  } finally {
    signal.removeEventListener('abort', stopped);
    clearInterval(rate);
    request.socket.setTimeout(0);
    request.socket.removeListener('timeout', truncated);
    request.removeListener('aborted', truncated);
    request.unpipe(form);
    stream?.destroy();
  }
}

function createForm(request: IncomingMessage) {
  try {
    return new Busboy({ headers: request.headers as BusboyHeaders, limits: LIMITS });
  } catch {
    throw new GatewayError('UPLOAD_MALFORMED', 'The form has no boundary');
  }
}

function ignore(): void {}
