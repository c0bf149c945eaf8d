import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorBody } from '@rtcstats-server/api';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.ts';
import { errorFields, type Log } from '../log/log.ts';

/** Seconds after which a client that tried too many wrong tokens may try again. */
const RETRY_AFTER_SECONDS = 2;

/** Answers a failed request with `{error, code}` and the status from errors.ts. Logs failures of the server. */
export function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const error = toGatewayError(thrown);
  const status = error.httpStatus ?? 500;
  if (status >= 500) log.error({ route: request.routeOptions.url, ...errorFields(thrown) }, 'admin request failed');
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 429) reply.header('retry-after', String(RETRY_AFTER_SECONDS));
  return reply.code(status).send({ error: error.message, code: error.code } satisfies ErrorBody);
}

/** Answers what Node.js could not parse as a request, in the same form. */
export function answerBadRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = STATUS_OF_CLIENT_ERROR[error.code ?? ''] ?? 400;
  const { message, code } = new GatewayError('BAD_REQUEST');
  const body = JSON.stringify({ error: message, code } satisfies ErrorBody);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Statuses other than 400. */
const STATUS_OF_CLIENT_ERROR: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Fastify rejects some requests itself, such as a body that is not JSON. Other errors are not disclosed to the client.
 */
function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const { statusCode } = thrown as Partial<FastifyError>;
  const isRejected = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return new GatewayError(isRejected ? 'BAD_REQUEST' : 'INTERNAL', undefined, { cause: thrown });
}
